/* SPDX-License-Identifier: Apache-2.0
 *
 * A state machine over the bytes between the chunks; the chunks' own bytes are copied in bulk. Each byte's verdict
 * depends only on those before it, so the result is the same however they were split.
 */
#include "http/chunked.h"

#include <string.h>

#include "http/chars.h"

#define SIZE_DIGITS 16

enum state {
    STATE_SIZE,
    STATE_SIZE_SPACE,      /* white space behind the size: an extension has to follow */
    STATE_NAME_BEGIN,      /* behind ';' */
    STATE_NAME,            /* of an extension */
    STATE_NAME_SPACE,      /* white space behind it */
    STATE_EXTENSION_BEGIN, /* behind '=' */
    STATE_TOKEN,           /* an extension's value */
    STATE_QUOTED,
    STATE_ESCAPE, /* behind '\' in a quoted value */
    STATE_QUOTED_END,
    STATE_VALUE_SPACE, /* white space behind an extension's value */
    STATE_SIZE_FEED,   /* behind the CR of a size line */
    STATE_DATA,
    STATE_DATA_RETURN, /* behind the last byte of a chunk */
    STATE_DATA_FEED,
    STATE_TRAILER_BEGIN, /* at the begin of a line behind the last chunk */
    STATE_TRAILER_NAME,
    STATE_TRAILER_VALUE,
    STATE_TRAILER_FEED,
    STATE_LAST_FEED, /* behind the CR of the last, empty line */
    STATE_DONE,
};

static int refuse(struct http_chunked *chunked, int status, const char *reason)
{
    chunked->reason = reason;
    return -status;
}

static int malformed(struct http_chunked *chunked)
{
    switch ((enum state)chunked->state) {
    case STATE_SIZE:
        return refuse(chunked, 400, "a chunk's size is not a hexadecimal number of at most 16 digits");
    case STATE_SIZE_FEED:
    case STATE_TRAILER_FEED:
    case STATE_LAST_FEED:
        return refuse(chunked, 400, "a line of the chunked body has a carriage return without a line feed");
    case STATE_DATA_RETURN:
    case STATE_DATA_FEED:
        return refuse(chunked, 400, "a chunk is not followed by CRLF");
    case STATE_TRAILER_BEGIN:
    case STATE_TRAILER_NAME:
    case STATE_TRAILER_VALUE:
        return refuse(chunked, 400, "a trailer is malformed");
    default:
        return refuse(chunked, 400, "a chunk's extension is malformed");
    }
}

/* Goes on to `state`; always 0. */
static int enter(struct http_chunked *chunked, enum state state)
{
    chunked->state = (uint8_t)state;
    return 0;
}

/* What may follow an extension or the size itself: the next extension or the line's end. */
static int step_line_end(struct http_chunked *chunked, char c, enum state space)
{
    if (c == '\r')
        return enter(chunked, STATE_SIZE_FEED);
    if (c == ';')
        return enter(chunked, STATE_NAME_BEGIN);
    if (http_is_space(c))
        return enter(chunked, space);
    return malformed(chunked);
}

static int step_size(struct http_chunked *chunked, char c)
{
    if (http_is(c, HTTP_CHAR_HEX)) {
        if (chunked->digits == SIZE_DIGITS)
            return malformed(chunked);
        chunked->digits++;
        chunked->left = chunked->left << 4 | http_hex_value(c);
        return 0;
    }
    if (chunked->digits == 0)
        return malformed(chunked);
    if (chunked->left > chunked->limit - chunked->total)
        return refuse(chunked, 413, "the request body is too large");
    return step_line_end(chunked, c, STATE_SIZE_SPACE);
}

static int step_extension_name(struct http_chunked *chunked, char c)
{
    bool token = http_is(c, HTTP_CHAR_TOKEN);

    switch ((enum state)chunked->state) {
    case STATE_SIZE_SPACE:
        if (c == ';')
            return enter(chunked, STATE_NAME_BEGIN);
        return http_is_space(c) ? 0 : malformed(chunked);
    case STATE_NAME_BEGIN:
        if (token)
            return enter(chunked, STATE_NAME);
        return http_is_space(c) ? 0 : malformed(chunked);
    case STATE_NAME:
        if (token)
            return 0;
        if (c == '=')
            return enter(chunked, STATE_EXTENSION_BEGIN);
        return step_line_end(chunked, c, STATE_NAME_SPACE);
    default: /* STATE_NAME_SPACE */
        if (c == '=')
            return enter(chunked, STATE_EXTENSION_BEGIN);
        if (c == ';')
            return enter(chunked, STATE_NAME_BEGIN);
        return http_is_space(c) ? 0 : malformed(chunked);
    }
}

static int step_extension_value(struct http_chunked *chunked, char c)
{
    bool token = http_is(c, HTTP_CHAR_TOKEN);

    switch ((enum state)chunked->state) {
    case STATE_EXTENSION_BEGIN:
        if (c == '"')
            return enter(chunked, STATE_QUOTED);
        if (token)
            return enter(chunked, STATE_TOKEN);
        return http_is_space(c) ? 0 : malformed(chunked);
    case STATE_TOKEN:
        return token ? 0 : step_line_end(chunked, c, STATE_VALUE_SPACE);
    case STATE_QUOTED:
        if (c == '"')
            return enter(chunked, STATE_QUOTED_END);
        if (c == '\\')
            return enter(chunked, STATE_ESCAPE);
        return http_is(c, HTTP_CHAR_VALUE) ? 0 : malformed(chunked);
    case STATE_ESCAPE:
        return http_is(c, HTTP_CHAR_VALUE) ? enter(chunked, STATE_QUOTED) : malformed(chunked);
    case STATE_QUOTED_END:
        return step_line_end(chunked, c, STATE_VALUE_SPACE);
    default: /* STATE_VALUE_SPACE */
        if (c == ';')
            return enter(chunked, STATE_NAME_BEGIN);
        return http_is_space(c) ? 0 : malformed(chunked);
    }
}

static int step_trailer(struct http_chunked *chunked, char c)
{
    switch ((enum state)chunked->state) {
    case STATE_TRAILER_BEGIN:
        if (c == '\r')
            return enter(chunked, STATE_LAST_FEED);
        return http_is(c, HTTP_CHAR_TOKEN) ? enter(chunked, STATE_TRAILER_NAME) : malformed(chunked);
    case STATE_TRAILER_NAME:
        if (c == ':')
            return enter(chunked, STATE_TRAILER_VALUE);
        return http_is(c, HTTP_CHAR_TOKEN) ? 0 : malformed(chunked);
    case STATE_TRAILER_VALUE:
        if (c == '\r')
            return enter(chunked, STATE_TRAILER_FEED);
        return http_is(c, HTTP_CHAR_VALUE) ? 0 : malformed(chunked);
    case STATE_TRAILER_FEED:
        return c == '\n' ? enter(chunked, STATE_TRAILER_BEGIN) : malformed(chunked);
    default: /* STATE_LAST_FEED */
        return c == '\n' ? enter(chunked, STATE_DONE) : malformed(chunked);
    }
}

/* The line feed behind a chunk's size: its data follows, or, behind the last one, the trailers. */
static int begin_chunk(struct http_chunked *chunked)
{
    chunked->total += chunked->left;
    chunked->digits = 0;
    return enter(chunked, chunked->left ? STATE_DATA : STATE_TRAILER_BEGIN);
}

/* One byte that is not a chunk's data. */
static int step(struct http_chunked *chunked, char c)
{
    enum state state = (enum state)chunked->state;

    switch (state) {
    case STATE_SIZE:
        return step_size(chunked, c);
    case STATE_SIZE_FEED:
        return c == '\n' ? begin_chunk(chunked) : malformed(chunked);
    case STATE_DATA_RETURN:
        return c == '\r' ? enter(chunked, STATE_DATA_FEED) : malformed(chunked);
    case STATE_DATA_FEED:
        return c == '\n' ? enter(chunked, STATE_SIZE) : malformed(chunked);
    default:
        break;
    }
    if (state >= STATE_TRAILER_BEGIN) {
        if (chunked->trailers++ == HTTP_CHUNKED_TRAILERS)
            return refuse(chunked, 400, "the trailers are too long");
        return step_trailer(chunked, c);
    }
    if (chunked->extensions++ == HTTP_CHUNKED_EXTENSIONS)
        return refuse(chunked, 400, "the chunk extensions are too long");
    return state < STATE_EXTENSION_BEGIN ? step_extension_name(chunked, c) : step_extension_value(chunked, c);
}

void http_chunked_init(struct http_chunked *chunked, uint64_t limit)
{
    *chunked = (struct http_chunked){.limit = limit, .state = STATE_SIZE};
}

int http_chunked_decode(struct http_chunked *chunked, char *out, const char *bytes, size_t size, size_t *consumed,
                        size_t *produced)
{
    size_t at = 0, made = 0;
    int result = 0;

    CHECK(chunked->state != STATE_DONE);
    while (at < size && result == 0) {
        if (chunked->state == STATE_DATA) {
            size_t part = size - at < chunked->left ? size - at : (size_t)chunked->left;
            memmove(out + made, bytes + at, part);
            at += part;
            made += part;
            chunked->left -= part;
            if (chunked->left == 0)
                chunked->state = STATE_DATA_RETURN;
            continue;
        }
        result = step(chunked, bytes[at++]);
        if (chunked->state == STATE_DONE)
            result = 1;
    }
    *consumed = at;
    *produced = made;
    return result;
}
