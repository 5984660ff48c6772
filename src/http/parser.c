/* SPDX-License-Identifier: Apache-2.0
 *
 * Two ways through a head. parse_head() goes over it once, left to right, and makes the spans: all that the usual
 * request needs, which arrives whole. When that does not succeed, scan_head() decides first: whether the head has come
 * to its end, or can already be refused. It looks at each byte once, whatever the pieces, and only then is the whole
 * head parsed again. Since what scan_head() says depends on the bytes up to a place and never on how they were split,
 * neither does the result.
 */
#include "http/parser.h"

#include "http/chars.h"
#include "http/target.h"

/* What is known while a head is parsed. */
struct parse {
    struct http_head *head;
    const struct http_limits *limits;
    const char *end;
    int stop; /* after a NULL: 0 incomplete, or a negative status */
    bool has_host, has_length, has_coding, close, keep, expect;
    struct span authority, length, coding;
};

/* Elements are also read line by line, where a head comes in pieces; for the usual way through they are parts of it. */
#define INTO_PARSE_HEAD static inline __attribute__((always_inline))
/* What the usual request does not need costs it no register. */
#define RARELY static __attribute__((noinline, cold))

static const char *incomplete(struct parse *parse)
{
    parse->stop = 0;
    return NULL;
}

static const char *refuse(struct parse *parse, int status, const char *reason)
{
    parse->stop = -status;
    parse->head->reason = reason;
    return NULL;
}

/* ---- the request line ------------------------------------------------------------------------------ */

INTO_PARSE_HEAD const char *parse_method(struct parse *parse, const char *at)
{
    struct http_head *head = parse->head;
    const char *begin = at;

    if (parse->end - at >= 4 && memcmp(at, "GET ", 4) == 0) {
        at += 3;
        head->method_id = HTTP_METHOD_GET;
    } else {
        at = http_skip(at, parse->end, HTTP_CHAR_TOKEN);
        head->method_id = HTTP_METHOD_OTHER;
        if (at - begin == 4 && memcmp(begin, "HEAD", 4) == 0)
            head->method_id = HTTP_METHOD_HEAD;
        else if (at - begin == 4 && memcmp(begin, "POST", 4) == 0)
            head->method_id = HTTP_METHOD_POST;
        else if (at - begin == 7 && memcmp(begin, "OPTIONS", 7) == 0)
            head->method_id = HTTP_METHOD_OPTIONS;
    }
    if (at == parse->end)
        return incomplete(parse);
    if (at == begin)
        return refuse(parse, 400, "the request does not begin with a method");
    if (*at != ' ')
        return refuse(parse, 400, "the method is not followed by one space");
    head->method = (struct span){begin, (size_t)(at - begin)};
    return at + 1;
}

INTO_PARSE_HEAD const char *parse_target(struct parse *parse, const char *at)
{
    const char *begin = at;

    at = http_skip_target(at, parse->end);
    if (at == parse->end)
        return incomplete(parse);
    if (*at != ' ') {
        if (*at == '#')
            return refuse(parse, 400, "the request target has a fragment");
        if (*at == '\r' || *at == '\n')
            return refuse(parse, 400, "the HTTP version is missing");
        return refuse(parse, 400, "the request target has a character that must be percent-encoded");
    }
    if (at == begin)
        return refuse(parse, 400, "the request target is missing or has a space before it");
    parse->head->target = (struct span){begin, (size_t)(at - begin)};
    return at + 1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

INTO_PARSE_HEAD const char *parse_version(struct parse *parse, const char *at)
{
    if (parse->end - at < 10) {
        if (memchr(at, '\n', (size_t)(parse->end - at)))
            return refuse(parse, 400, "the HTTP version is malformed");
        return incomplete(parse);
    }
    if (memcmp(at, "HTTP/1.1\r\n", 10) == 0) {
        parse->head->version = 11;
        return at + 10;
    }
    if (memcmp(at, "HTTP/", 5) != 0 || !is_digit(at[5]) || at[6] != '.' || !is_digit(at[7]) || at[8] != '\r' ||
        at[9] != '\n')
        return refuse(parse, 400, "the HTTP version is malformed");
    if (at[5] != '1')
        return refuse(parse, 505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
    /* A higher minor version is to be read as the highest known one (RFC 9110 §2.5). */
    parse->head->version = at[7] == '0' ? 10 : 11;
    return at + 10;
}

/* ---- header lines ---------------------------------------------------------------------------------- */

/* Goes through a comma-separated list of tokens: the next one, or an empty span at the end. */
static struct span next_element(struct span *list)
{
    const char *at = list->data, *end = at + list->size;

    while (at < end && (*at == ',' || http_is_space(*at)))
        at++;
    const char *begin = at;
    while (at < end && *at != ',')
        at++;
    *list = (struct span){at, (size_t)(end - at)};
    while (at > begin && http_is_space(at[-1]))
        at--;
    return (struct span){begin, (size_t)(at - begin)};
}

static void note_connection(struct parse *parse, struct span list)
{
    for (;;) {
        struct span option = next_element(&list);
        if (option.size == 0)
            return;
        if (span_equal_nocase(option, SPAN("close")))
            parse->close = true;
        else if (span_equal_nocase(option, SPAN("keep-alive")))
            parse->keep = true;
    }
}

/* RFC 9110 §10.1.1: a list, of which only one member is known. HTTP/1.0 has no expectations. */
RARELY int note_expectations(struct parse *parse, struct span list)
{
    struct span expectation;

    if (parse->head->version == 10)
        return 0;
    while ((expectation = next_element(&list)).size) {
        if (!span_equal_nocase(expectation, SPAN("100-continue"))) {
            (void)refuse(parse, 417, "Expect knows only 100-continue");
            return -1;
        }
        parse->expect = true;
    }
    return 0;
}

/* Remembers what decides about framing, host and connection; `at` is only handed through. */
static const char *note_header(struct parse *parse, const struct http_header *header, const char *at)
{
    const char *name = header->name.data;

    switch (header->name.size) {
    case 4:
        if (!http_token_is(name, "host", 4))
            break;
        if (parse->has_host)
            return refuse(parse, 400, "Host is given twice");
        parse->has_host = true;
        parse->authority = header->value;
        break;
    case 6:
        if (http_token_is(name, "expect", 6) && note_expectations(parse, header->value))
            return NULL;
        break;
    case 10:
        if ((name[0] | 0x20) == 'c' && http_token_is(name, "connection", 10))
            note_connection(parse, header->value);
        break;
    case 14:
        if (!http_token_is(name, "content-length", 14))
            break;
        if (parse->has_length)
            return refuse(parse, 400, "Content-Length is given twice");
        parse->has_length = true;
        parse->length = header->value;
        break;
    case 17:
        if (!http_token_is(name, "transfer-encoding", 17))
            break;
        if (parse->has_coding)
            return refuse(parse, 400, "Transfer-Encoding is given twice");
        parse->has_coding = true;
        parse->coding = header->value;
        break;
    default:
        break;
    }
    return at;
}

#define KNOWN_SIZES (1u << 4 | 1u << 6 | 1u << 10 | 1u << 14 | 1u << 17)

static const char *refuse_name(struct parse *parse, const char *begin, const char *at)
{
    if (at == begin && http_is_space(*at))
        return refuse(parse, 400, "a header line begins with white space (folded lines are not accepted)");
    if (at == begin && *at == ':')
        return refuse(parse, 400, "a header has no name");
    if (http_is_space(*at))
        return refuse(parse, 400, "a header's name is followed by white space");
    if (*at == '\r' || *at == '\n')
        return refuse(parse, 400, "a header line has no colon");
    return refuse(parse, 400, "a header's name has a character that is not allowed");
}

static const char *refuse_value(struct parse *parse, const char *at)
{
    if (*at == '\r')
        return refuse(parse, 400, "a header line has a carriage return without a line feed");
    if (*at == '\n')
        return refuse(parse, 400, "a line ends without a carriage return");
    return refuse(parse, 400, "a header's value has a control character");
}

/* One line, from its first byte to behind its CRLF. */
INTO_PARSE_HEAD const char *parse_header(struct parse *parse, struct http_header *header, const char *at)
{
    const char *end = parse->end, *begin = at;

    at = http_skip_token(at, end);
    if (at == end)
        return incomplete(parse);
    if (*at != ':' || at == begin)
        return refuse_name(parse, begin, at);
    header->name = (struct span){begin, (size_t)(at - begin)};
    at++;
    while (at < end && http_is_space(*at))
        at++;
    begin = at;
    at = http_skip_value(at, end);
    if (end - at < 2)
        return at == end || *at == '\r' ? incomplete(parse) : refuse_value(parse, at);
    if (at[0] != '\r' || at[1] != '\n')
        return refuse_value(parse, at);
    const char *value_end = at;
    while (value_end > begin && http_is_space(value_end[-1]))
        value_end--;
    header->value = (struct span){begin, (size_t)(value_end - begin)};
    return at + 2;
}

/* All lines and the empty one behind them. */
static const char *parse_headers(struct parse *parse, const char *at)
{
    struct http_head *head = parse->head;
    const char *begin = at;
    size_t count = 0, max = parse->limits->header_count;

    if (max > HTTP_MAX_HEADERS)
        max = HTTP_MAX_HEADERS;
    for (;;) {
        if (parse->end - at < 2)
            return incomplete(parse);
        if (at[0] == '\r' && at[1] == '\n')
            break;
        if (count == max)
            return refuse(parse, 431, "too many headers");
        struct http_header *header = &head->headers[count++];
        at = parse_header(parse, header, at);
        if (at && header->name.size <= 17 && (KNOWN_SIZES >> header->name.size & 1))
            at = note_header(parse, header, at);
        if (!at)
            return NULL;
    }
    if ((size_t)(at - begin) > parse->limits->header_bytes)
        return refuse(parse, 431, "the headers are too long");
    head->header_count = (uint32_t)count;
    return at + 2;
}

/* ---- what it means --------------------------------------------------------------------------------- */

static int resolve_length(struct parse *parse)
{
    const char *at = parse->length.data, *end = at + parse->length.size;
    uint64_t value = 0;

    for (; at < end && is_digit(*at); at++)
        if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(*at - '0'), &value))
            break;
    if (at != end || parse->length.size == 0) {
        (void)refuse(parse, 400, "Content-Length is not one decimal number below 2^64");
        return -1;
    }
    parse->head->content_length = value;
    return 0;
}

/* RFC 9112 §6.1 and §6.3: chunked has to be the last coding, and is the only one known here. */
static int resolve_coding(struct parse *parse)
{
    struct span list = parse->coding, last = {"", 0}, coding;
    size_t count = 0;

    if (span_equal_nocase(parse->coding, SPAN("chunked"))) {
        parse->head->chunked = true;
        return 0;
    }
    while ((coding = next_element(&list)).size) {
        if (http_skip(coding.data, coding.data + coding.size, HTTP_CHAR_TOKEN) != coding.data + coding.size ||
            span_equal_nocase(last, SPAN("chunked")))
            break;
        last = coding;
        count++;
    }
    if (coding.size == 0 && count > 1 && span_equal_nocase(last, SPAN("chunked")))
        (void)refuse(parse, 501, "Transfer-Encoding knows only chunked");
    else
        (void)refuse(parse, 400, "Transfer-Encoding is not exactly 'chunked'");
    return -1;
}

static int resolve_framing(struct parse *parse)
{
    struct http_head *head = parse->head;

    if (parse->has_coding) {
        if (parse->has_length)
            (void)refuse(parse, 400, "both Content-Length and Transfer-Encoding are given");
        else if (head->version == 10)
            (void)refuse(parse, 400, "Transfer-Encoding on HTTP/1.0");
        else
            return resolve_coding(parse);
        return -1;
    }
    return parse->has_length ? resolve_length(parse) : 0;
}

/* The target's authority stands for Host, whatever that says (RFC 9112 §3.2.2): nobody behind us is to see another. */
RARELY void replace_host(struct http_head *head)
{
    const char *at = head->host.data, *end = head->target.data + head->target.size;

    while (at < end && *at != '/' && *at != '?')
        at++;
    for (size_t i = 0; i < head->header_count; i++)
        if (span_equal_nocase(head->headers[i].name, SPAN("host")))
            head->headers[i].value = (struct span){head->host.data, (size_t)(at - head->host.data)};
}

static int resolve_host(struct parse *parse)
{
    struct http_head *head = parse->head;
    struct span host;

    if (!parse->has_host) {
        if (head->version == 10)
            return 0;
        (void)refuse(parse, 400, "Host is missing");
        return -1;
    }
    if (!http_parse_authority(parse->authority, &host)) {
        (void)refuse(parse, 400, "Host is not a valid name or address");
        return -1;
    }
    if (head->host.size == 0)
        head->host = host;
    else
        replace_host(head);
    return 0;
}

/* What no tenant could answer: a tunnel, and a mirror of the request with all that was added on its way. */
static int resolve_method(struct parse *parse)
{
    struct http_head *head = parse->head;

    if (head->method_id != HTTP_METHOD_OTHER)
        return 0;
    if (!span_equal(head->method, SPAN("CONNECT")) && !span_equal(head->method, SPAN("TRACE")))
        return 0;
    (void)refuse(parse, 501, "CONNECT and TRACE are not supported");
    return -1;
}

static int resolve(struct parse *parse)
{
    struct http_head *head = parse->head;

    if (resolve_framing(parse) || resolve_method(parse))
        return -1;
    parse->stop = http_split_target(head);
    if (parse->stop < 0 || resolve_host(parse))
        return -1;
    head->keep_alive = !parse->close && (head->version == 11 || parse->keep);
    head->expect_continue = parse->expect && head->version == 11 && (head->chunked || head->content_length > 0);
    return 0;
}

static int parse_head(const char *bytes, size_t size, const struct http_limits *limits, struct http_head *head)
{
    struct parse parse = {.head = head, .limits = limits, .end = bytes + size};
    const char *at = bytes;

    head->version = 11;
    head->content_length = 0;
    head->chunked = false;
    if (size >= 2 && at[0] == '\r' && at[1] == '\n')
        at += 2; /* one empty line before a request is to be ignored (RFC 9112 §2.2) */
    const char *line = at;
    if (!(at = parse_method(&parse, at)) || !(at = parse_target(&parse, at)) || !(at = parse_version(&parse, at)))
        return parse.stop;
    if ((size_t)(at - 2 - line) > limits->request_line) {
        head->reason = "the request line is too long";
        return -414;
    }
    at = parse_headers(&parse, at);
    if (!at || resolve(&parse))
        return parse.stop;
    return (int)(at - bytes);
}

/* ---- heads that come in pieces --------------------------------------------------------------------- */

static const char bare_return[] = "a line has a carriage return without a line feed";

static int scan_refuse(struct http_head *head, int status, const char *reason)
{
    head->reason = reason;
    head->version = 11;
    return -status;
}

/* Whether a carriage return in bytes[from, to), of which more follows, has no line feed behind it: that is told at
 * once, for a line that is ended so has no other end. What the limits do not let through anyway is not looked at, so
 * that the result does not depend on which of the two is seen first. */
static bool has_bare_return(const char *bytes, size_t from, size_t to, const struct http_scan *scan,
                            const struct http_limits *limits)
{
    size_t last = scan->headers ? scan->headers + limits->header_bytes : scan->line + limits->request_line;

    if (to > last)
        to = last;
    return from < to && memchr(bytes + from, '\r', to - from);
}

/* The line [scan->line, at], of which `at` is the line feed. 1: it ends the head, 0: it does not, or a negative status:
 * a line that cannot be read is refused without waiting for the others, which may never come. */
RARELY int scan_line(const char *bytes, size_t at, struct http_scan *scan, const struct http_limits *limits,
                     struct http_head *head)
{
    struct parse parse = {.head = head, .limits = limits, .end = bytes + at + 1};
    const char *line = bytes + scan->line, *read = line;
    struct http_header header;

    if (at > scan->line && has_bare_return(bytes, scan->line, at - 1, scan, limits))
        return scan_refuse(head, 400, bare_return);
    if (scan->headers == 0 && at - scan->line > limits->request_line + 1)
        return scan_refuse(head, 414, "the request line is too long");
    if (scan->headers && at - scan->headers > limits->header_bytes + 1)
        return scan_refuse(head, 431, "the headers are too long");
    if (at == scan->line || bytes[at - 1] != '\r')
        return scan_refuse(head, 400, "a line ends without a carriage return");
    if (scan->headers && at - scan->line == 1)
        return 1;
    if (scan->headers)
        read = parse_header(&parse, &header, line);
    else if ((read = parse_method(&parse, line)) && (read = parse_target(&parse, read)))
        read = parse_version(&parse, read);
    if (!read) {
        CHECK(parse.stop < 0); /* no element of a line has a line feed in it */
        return scan_refuse(head, -parse.stop, head->reason);
    }
    scan->line = (uint32_t)at + 1;
    if (scan->headers == 0)
        scan->headers = scan->line;
    return 0;
}

/* The size of the head, 0 if its end has not come, or a negative status. */
static int scan_head(const char *bytes, size_t size, struct http_scan *scan, const struct http_limits *limits,
                     struct http_head *head)
{
    size_t start = 0, at = scan->position;

    if (size > 0 && bytes[0] == '\r') {
        if (size == 1)
            return 0;
        if (bytes[1] != '\n')
            return scan_refuse(head, 400, "the request does not begin with a method");
        start = 2;
    }
    if (size <= start)
        return 0;
    if (!http_is(bytes[start], HTTP_CHAR_TOKEN))
        return scan_refuse(head, 400, "the request does not begin with a method");
    if (at < start)
        at = scan->line = (uint32_t)start;
    for (const char *feed; (feed = memchr(bytes + at, '\n', size - at)); at = (size_t)(feed - bytes) + 1) {
        int result = scan_line(bytes, (size_t)(feed - bytes), scan, limits, head);
        if (result)
            return result < 0 ? result : (int)(feed - bytes) + 1;
    }
    if (has_bare_return(bytes, at > scan->line ? at - 1 : at, size - 1, scan, limits))
        return scan_refuse(head, 400, bare_return);
    if (scan->headers == 0 && size - start > limits->request_line + 1)
        return scan_refuse(head, 414, "the request line is too long");
    if (scan->headers && size - scan->headers > limits->header_bytes + 1)
        return scan_refuse(head, 431, "the headers are too long");
    scan->position = (uint32_t)size;
    return 0;
}

int http_parse_head(const char *bytes, size_t size, struct http_scan *scan, const struct http_limits *limits,
                    struct http_head *head)
{
    if (scan->position == 0) {
        int result = parse_head(bytes, size, limits, head);
        if (result > 0)
            return result;
    }
    int complete = scan_head(bytes, size, scan, limits, head);
    if (complete <= 0)
        return complete;
    int result = parse_head(bytes, (size_t)complete, limits, head);
    CHECK(result < 0 || result == complete);
    CHECK(result != 0);
    return result;
}

void http_peek_request(const char *bytes, size_t size, struct span *method, struct span *target)
{
    const char *begin = bytes, *end = bytes + size;

    *method = *target = SPAN("");
    if (size >= 2 && bytes[0] == '\r' && bytes[1] == '\n')
        begin += 2;
    const char *at = http_skip(begin, end, HTTP_CHAR_TOKEN);
    if (at == begin || at == end || *at != ' ')
        return;
    *method = (struct span){begin, (size_t)(at - begin)};
    begin = ++at;
    while (at < end && *at != ' ' && *at != '\r' && *at != '\n')
        at++;
    *target = (struct span){begin, (size_t)(at - begin)};
}

const struct http_header *http_find_header(const struct http_head *head, struct span name)
{
    for (size_t i = 0; i < head->header_count; i++)
        if (span_equal_nocase(head->headers[i].name, name))
            return &head->headers[i];
    return NULL;
}
