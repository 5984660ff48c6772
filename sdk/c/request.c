/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking things up in a request. Nothing here allocates.
 */
#include "mayfly.h"

#include <stdbool.h>

static char request_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

static bool request_equal_nocase(const char *a, const char *b, size_t size)
{
    for (size_t i = 0; i < size; i++)
        if (request_lower(a[i]) != request_lower(b[i]))
            return false;
    return true;
}

const struct mayfly_string *mayfly_header_string(const struct mayfly_request *request, const char *name)
{
    size_t size = strlen(name);
    for (uint32_t i = 0; i < request->header_count; i++) {
        const struct mayfly_header *header = &request->headers[i];
        if (header->name.size == size && request_equal_nocase(header->name.data, name, size))
            return &header->value;
    }
    return NULL;
}

const char *mayfly_header(const struct mayfly_request *request, const char *name)
{
    const struct mayfly_string *value = mayfly_header_string(request, name);
    return value ? value->data : NULL;
}

/* -1 if `c` is no hexadecimal digit. */
static int request_hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = request_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The character at `from`, and how many bytes it took. */
static char request_decode_one(const char *from, size_t left, int plus, size_t *used)
{
    *used = 1;
    if (plus && *from == '+')
        return ' ';
    if (*from != '%' || left < 3 || request_hex(from[1]) < 0 || request_hex(from[2]) < 0)
        return *from;
    *used = 3;
    return (char)(request_hex(from[1]) << 4 | request_hex(from[2]));
}

size_t mayfly_percent_decode(char *to, size_t capacity, const char *from, size_t size, int plus)
{
    size_t length = 0;
    for (size_t used; size > 0; from += used, size -= used, length++) {
        char c = request_decode_one(from, size, plus, &used);
        if (length < capacity)
            to[length] = c;
    }
    return length;
}

/* Is the encoded `from` the same text as `name`? */
static bool request_is_name(const char *from, size_t size, const char *name)
{
    for (size_t used; size > 0; from += used, size -= used, name++)
        if (*name == '\0' || request_decode_one(from, size, 1, &used) != *name)
            return false;
    return *name == '\0';
}

/* Finds `name` in "a=1&b=2" (application/x-www-form-urlencoded) and decodes its value. */
static ssize_t request_parameter(struct mayfly_string pairs, const char *name, char *buffer, size_t size)
{
    const char *at = pairs.data, *end = pairs.data + pairs.size;
    while (at < end) {
        const char *stop = (const char *)memchr(at, '&', (size_t)(end - at));
        if (!stop)
            stop = end;
        const char *equals = (const char *)memchr(at, '=', (size_t)(stop - at));
        if (!equals)
            equals = stop;
        if (request_is_name(at, (size_t)(equals - at), name)) {
            const char *value = equals < stop ? equals + 1 : stop;
            size_t length = mayfly_percent_decode(buffer, size, value, (size_t)(stop - value), 1);
            if (size > 0)
                buffer[length < size ? length : size - 1] = '\0';
            return (ssize_t)length;
        }
        at = stop + 1;
    }
    return -1;
}

ssize_t mayfly_query(const struct mayfly_request *request, const char *name, char *buffer, size_t size)
{
    return request_parameter(request->query, name, buffer, size);
}

ssize_t mayfly_form(const struct mayfly_request *request, const char *name, char *buffer, size_t size)
{
    static const char form[] = "application/x-www-form-urlencoded";
    const size_t form_size = sizeof(form) - 1;
    const struct mayfly_string *type = mayfly_header_string(request, "Content-Type");

    if (type && (type->size < form_size || !request_equal_nocase(type->data, form, form_size) ||
                 (type->size > form_size && type->data[form_size] != ';' && type->data[form_size] != ' ')))
        return -1;
    return request_parameter(request->body, name, buffer, size);
}
