/* SPDX-License-Identifier: Apache-2.0 */
#include "http/path.h"

#include "http/chars.h"

bool http_path_is_plain(struct span path)
{
    bool after_slash = false;

    for (size_t i = 0; i < path.size; i++) {
        char c = path.data[i];
        if (c == '%' || c == '\\' || (after_slash && (c == '/' || c == '.')))
            return false;
        after_slash = c == '/';
    }
    return true;
}

/* One byte of the decoded path; *at goes behind what it was spelled with. */
static char next_byte(struct span path, size_t *at)
{
    const char *text = path.data + *at;
    char c = *text;

    if (c == '%' && path.size - *at >= 3 && http_is(text[1], HTTP_CHAR_HEX) && http_is(text[2], HTTP_CHAR_HEX)) {
        *at += 3;
        c = (char)(http_hex_value(text[1]) << 4 | http_hex_value(text[2]));
    } else {
        ++*at;
    }
    return c == '\\' ? '/' : c;
}

/* The segment at out[begin, size) has come to its end: where the next byte goes. out[begin - 1] is a '/'. */
static size_t end_segment(const char *out, size_t begin, size_t size)
{
    struct span segment = {out + begin, size - begin};

    if (span_equal(segment, SPAN(".")))
        return begin;
    if (!span_equal(segment, SPAN("..")))
        return size;
    if (begin > 1)
        for (begin--; out[begin - 1] != '/'; begin--)
            ;
    return begin;
}

size_t http_path_normalise(struct span path, char *out)
{
    size_t size = 1, begin = 1; /* of the segment being written */

    CHECK(path.size > 0 && path.data[0] == '/');
    out[0] = '/';
    for (size_t at = 0; at < path.size;) {
        char c = next_byte(path, &at);
        if (c != '/') {
            out[size++] = c;
            continue;
        }
        size = end_segment(out, begin, size);
        if (out[size - 1] != '/')
            out[size++] = '/';
        begin = size;
    }
    return end_segment(out, begin, size);
}
