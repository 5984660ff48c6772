/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: a document is parsed into a tree, changed, and printed again. Numbers are decimal integers and fractions.
 */
#include "bench.h"

#define TEXT_SIZE  (64 * 1024)
#define NODE_COUNT 8192
#define RECORDS    100

enum type { NONE, FALSE, TRUE, NUMBER, STRING, ARRAY, OBJECT };

struct node {
    enum type type;
    int decimals;           /* NUMBER: its value is integer / 10^decimals */
    int64_t integer;        /* NUMBER */
    const char *text;       /* STRING: as it stands in the document, escapes and all */
    size_t length;          /* STRING */
    const struct node *key; /* of a member */
    struct node *first, *next;
};

static struct node nodes[NODE_COUNT];
static size_t nodes_used;
static char text[TEXT_SIZE], output[TEXT_SIZE];

static struct node *parse_value(const char **at);

static struct node *new_node(enum type type)
{
    if (nodes_used == NODE_COUNT)
        bench_fail("too many nodes");
    nodes[nodes_used] = (struct node){.type = type};
    return &nodes[nodes_used++];
}

static void skip_space(const char **at)
{
    while (**at == ' ' || **at == '\n' || **at == '\t' || **at == '\r')
        ++*at;
}

static void expect(const char **at, const char *what)
{
    size_t length = strlen(what);
    if (strncmp(*at, what, length) != 0)
        bench_fail(what);
    *at += length;
}

static struct node *parse_string(const char **at)
{
    struct node *node = new_node(STRING);
    expect(at, "\"");
    node->text = *at;
    for (; **at != '"'; ++*at) {
        if (**at == '\\')
            ++*at;
        if ((unsigned char)**at < ' ')
            bench_fail("an unfinished string");
    }
    node->length = (size_t)(*at - node->text);
    ++*at;
    return node;
}

static struct node *parse_number(const char **at)
{
    struct node *node = new_node(NUMBER);
    int negative = **at == '-', fraction = 0;
    const char *start = *at += negative;
    for (;; ++*at) {
        if (**at >= '0' && **at <= '9') {
            node->integer = node->integer * 10 + (**at - '0');
            node->decimals += fraction;
        } else if (**at == '.' && !fraction) {
            fraction = 1;
        } else {
            break;
        }
    }
    if (*at == start)
        bench_fail("an unknown value");
    if (negative)
        node->integer = -node->integer;
    return node;
}

/* Members of an object are values with a key. */
static struct node *parse_list(const char **at, enum type type, char close)
{
    struct node *list = new_node(type), **last = &list->first;
    ++*at;
    skip_space(at);
    while (**at != close) {
        struct node *key = NULL;
        if (type == OBJECT) {
            key = parse_string(at);
            skip_space(at);
            expect(at, ":");
        }
        *last = parse_value(at);
        (*last)->key = key;
        last = &(*last)->next;
        if (**at != close) {
            expect(at, ",");
            skip_space(at);
        }
    }
    ++*at;
    return list;
}

static struct node *parse_literal(const char **at, const char *word, enum type type)
{
    expect(at, word);
    return new_node(type);
}

static struct node *parse_value(const char **at)
{
    struct node *node;
    skip_space(at);
    switch (**at) {
    case '{':
        node = parse_list(at, OBJECT, '}');
        break;
    case '[':
        node = parse_list(at, ARRAY, ']');
        break;
    case '"':
        node = parse_string(at);
        break;
    case 't':
        node = parse_literal(at, "true", TRUE);
        break;
    case 'f':
        node = parse_literal(at, "false", FALSE);
        break;
    case 'n':
        node = parse_literal(at, "null", NONE);
        break;
    default:
        node = parse_number(at);
    }
    skip_space(at);
    return node;
}

static char *print_number(char *to, const struct node *node)
{
    char digits[24];
    int count = 0;
    uint64_t rest = node->integer < 0 ? -(uint64_t)node->integer : (uint64_t)node->integer;
    if (node->integer < 0)
        *to++ = '-';
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest || count <= node->decimals);
    while (count > 0) {
        *to++ = digits[--count];
        if (count == node->decimals && count > 0)
            *to++ = '.';
    }
    return to;
}

static char *print_text(char *to, const char *what, size_t length)
{
    memcpy(to, what, length);
    return to + length;
}

static char *print_value(char *to, const struct node *node)
{
    switch (node->type) {
    case NONE:
        return print_text(to, "null", 4);
    case FALSE:
        return print_text(to, "false", 5);
    case TRUE:
        return print_text(to, "true", 4);
    case NUMBER:
        return print_number(to, node);
    case STRING:
        *to++ = '"';
        to = print_text(to, node->text, node->length);
        *to++ = '"';
        return to;
    case ARRAY:
    case OBJECT:
        break;
    }
    *to++ = node->type == ARRAY ? '[' : '{';
    for (const struct node *child = node->first; child; child = child->next) {
        if (child->key) {
            to = print_value(to, child->key);
            *to++ = ':';
        }
        to = print_value(to, child);
        if (child->next)
            *to++ = ',';
    }
    *to++ = node->type == ARRAY ? ']' : '}';
    return to;
}

static void raise_numbers(struct node *node)
{
    if (node->type == NUMBER)
        node->integer++;
    for (struct node *child = node->first; child; child = child->next)
        raise_numbers(child);
}

/* A document without spaces, so that printing it gives it back. */
static void write_document(void)
{
    char *at = text;
    *at++ = '[';
    for (int i = 0; i < RECORDS; i++)
        at += sprintf(at,
                      "{\"id\":%d,\"name\":\"tenant \\\"%d\\\"\",\"active\":%s,\"load\":[%d.%02d,-%d,0.5],"
                      "\"limits\":{\"memory\":%d,\"deadline\":null,\"hosts\":[\"a%d.example\",\"b.example\"]}}%s",
                      i, i * 7, i % 3 ? "true" : "false", i * 13, i, i * i + 1, i * 65536, i,
                      i + 1 < RECORDS ? "," : "]");
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 2400);
    uint64_t checksum = 0;

    write_document();
    for (long round = 0; round < repeat; round++) {
        const char *at = text;
        nodes_used = 0;
        struct node *root = parse_value(&at);
        *print_value(output, root) = '\0';
        if (*at || strcmp(text, output) != 0)
            bench_fail("the document changed on its way");
        raise_numbers(root);
        char *end = print_value(output, root);
        *end = '\0';
        memcpy(text, output, (size_t)(end - output) + 1);
        checksum = bench_mix(checksum, (uint64_t)(end - output));
        checksum = bench_mix(checksum, (unsigned char)text[(size_t)(round * 31) % 8192]);
    }
    return bench_report(checksum);
}
