/* SPDX-License-Identifier: Apache-2.0
 *
 * What does not depend on the response is written as whole blocks of constant size, which compile to a few wide stores.
 */
#include "http/writer.h"

#include <string.h>

#include "http/chars.h"

/* ---- texts and numbers ----------------------------------------------------------------------------- */

/* Reason phrases by status - 200. */
static const struct span reasons[400] = {
#define STATUS(code, reason) [(code)-200] = {reason, sizeof(reason) - 1},
#include "http/status.def"
#undef STATUS
};

struct span http_status_reason(unsigned status)
{
    if (status < 200 || status > 599 || !reasons[status - 200].data)
        return (struct span){"", 0};
    return reasons[status - 200];
}

static const char two_digits[] = "00010203040506070809101112131415161718192021222324"
                                 "25262728293031323334353637383940414243444546474849"
                                 "50515253545556575859606162636465666768697071727374"
                                 "75767778798081828384858687888990919293949596979899";

/* Texts on the wire have no NUL at their end. */
#define PUT(out, literal) (memcpy((out), (literal), sizeof(literal) - 1), (out) + sizeof(literal) - 1)

static char *put_two(char *out, unsigned value)
{
    memcpy(out, two_digits + 2 * value, 2);
    return out + 2;
}

size_t http_write_decimal(char *out, uint64_t value)
{
    char text[20], *at = text + sizeof(text);

    while (value >= 100) {
        at -= 2;
        memcpy(at, two_digits + 2 * (value % 100), 2);
        value /= 100;
    }
    if (value >= 10) {
        at -= 2;
        memcpy(at, two_digits + 2 * value, 2);
    } else {
        *--at = (char)('0' + value);
    }
    size_t size = (size_t)(text + sizeof(text) - at);
    memcpy(out, at, size);
    return size;
}

/* Days since 1970 to a date of the Gregorian calendar, counted from 1 March so that leap days come last. */
static void civil_date(int64_t days, unsigned *year, unsigned *month, unsigned *day)
{
    unsigned shifted = (unsigned)(days + 719468); /* since 0000-03-01 */
    unsigned era = shifted / 146097, of_era = shifted % 146097;
    unsigned of_cycle = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    unsigned of_year = of_era - (365 * of_cycle + of_cycle / 4 - of_cycle / 100);
    unsigned from_march = (5 * of_year + 2) / 153;

    *day = of_year - (153 * from_march + 2) / 5 + 1;
    *month = from_march < 10 ? from_march + 3 : from_march - 9;
    *year = era * 400 + of_cycle + (*month <= 2);
}

void http_date_format(char out[HTTP_DATE_SIZE], int64_t seconds)
{
    const int64_t last = INT64_C(253402300799); /* 9999-12-31T23:59:59Z */
    unsigned year, month, day;

    if (seconds < 0)
        seconds = 0;
    if (seconds > last)
        seconds = last;
    int64_t days = seconds / 86400;
    unsigned rest = (unsigned)(seconds % 86400);
    civil_date(days, &year, &month, &day);
    char *at = out;
    memcpy(at, &"ThuFriSatSunMonTueWed"[days % 7 * 3], 3);
    at[3] = ',';
    at[4] = ' ';
    at = put_two(at + 5, day);
    *at++ = ' ';
    memcpy(at, &"JanFebMarAprMayJunJulAugSepOctNovDec"[(month - 1) * 3], 3);
    at[3] = ' ';
    at = put_two(put_two(at + 4, year / 100), year % 100);
    *at++ = ' ';
    at = put_two(at, rest / 3600);
    *at++ = ':';
    at = put_two(at, rest / 60 % 60);
    *at++ = ':';
    at = put_two(at, rest % 60);
    (void)PUT(at, " GMT");
}

/* ---- heads ----------------------------------------------------------------------------------------- */

#define HEAD_OK "HTTP/1.1 200 OK\r\nServer: mayfly\r\nDate: "
#define SERVER  "\r\nServer: mayfly\r\nDate: "
#define LENGTH  "\r\nContent-Length: "
#define CLOSE   "\r\nConnection: close"
#define KEEP    "\r\nConnection: keep-alive"
/* More than all that a head has beside the type and the headers given. */
#define FIXED_MAX 256

static char *put_span(char *out, struct span text)
{
    memcpy(out, text.data, text.size);
    return out + text.size;
}

static char *put_status_line(char *out, unsigned status)
{
    if (status == 200)
        return PUT(out, HEAD_OK);
    out = PUT(out, "HTTP/1.1 ");
    out = put_two(out, status / 10);
    *out++ = (char)('0' + status % 10);
    *out++ = ' ';
    out = put_span(out, http_status_reason(status));
    return PUT(out, SERVER);
}

/* What the server says for itself: by the name's size, since hardly any other name has it. */
static bool is_owned(struct span name)
{
    static const struct {
        const char *name;
        uint8_t size;
    } owned[] = {
        {"te", 2},
        {"date", 4},
        {"server", 6},
        {"upgrade", 7},
        {"trailer", 7},
        {"connection", 10},
        {"keep-alive", 10},
        {"content-length", 14},
        {"proxy-connection", 16},
        {"transfer-encoding", 17},
    };
    const unsigned sizes = 1u << 2 | 1u << 4 | 1u << 6 | 1u << 7 | 1u << 10 | 1u << 14 | 1u << 16 | 1u << 17;

    if (name.size > 17 || !(sizes >> name.size & 1))
        return false;
    for (size_t i = 0; i < sizeof(owned) / sizeof(owned[0]); i++)
        if (owned[i].size == name.size && http_token_is(name.data, owned[i].name, name.size))
            return true;
    return false;
}

/* "\r\nname: value", or NULL with *reason. */
static char *put_header(char *out, const char *end, const struct http_header *header, const char **reason)
{
    struct span name = header->name, value = header->value.size ? header->value : SPAN("");

    if (name.size == 0 || http_skip_token(name.data, name.data + name.size) != name.data + name.size)
        *reason = "a header's name is not a token";
    else if (is_owned(name))
        *reason = "a header that only the server may set (Content-Length, Connection, Date ...)";
    else if (http_skip_value(value.data, value.data + value.size) != value.data + value.size)
        *reason = "a header's value has a control character";
    else if ((size_t)(end - out) < 4 || (size_t)(end - out) - 4 < name.size ||
             (size_t)(end - out) - 4 - name.size < value.size)
        *reason = "the headers are too long";
    else {
        while (value.size && http_is_space(value.data[0])) {
            value.data++;
            value.size--;
        }
        while (value.size && http_is_space(value.data[value.size - 1]))
            value.size--;
        out = put_span(PUT(out, "\r\n"), name);
        return put_span(PUT(out, ": "), value);
    }
    return NULL;
}

size_t http_write_head(char *out, size_t max, const struct http_response *response, const char **reason)
{
    unsigned status = response->status;
    char *at = out;

    if (status < 200 || status > 599)
        *reason = "the status is not between 200 and 599";
    else if (response->body_size > 0 && (status == 204 || status == 205 || status == 304))
        *reason = "a response with this status has no body";
    else if (max < FIXED_MAX)
        *reason = "the headers are too long";
    else
        goto valid;
    return 0;

valid:
    at = put_status_line(at, status);
    memcpy(at, response->date, HTTP_DATE_SIZE);
    at += HTTP_DATE_SIZE;
    if (http_status_has_body(status)) {
        at = PUT(at, LENGTH);
        at += http_write_decimal(at, response->body_size);
    }
    if (!response->keep_alive)
        at = PUT(at, CLOSE);
    else if (response->version == 10)
        at = PUT(at, KEEP);

    const char *end = out + max - 4; /* the last line's end and the empty line */
    if (response->type.size) {
        const struct http_header type = {SPAN("Content-Type"), response->type};
        at = put_header(at, end, &type, reason);
    }
    for (size_t i = 0; at && i < response->header_count; i++)
        at = put_header(at, end, &response->headers[i], reason);
    if (!at)
        return 0;
    at = PUT(at, "\r\n\r\n");
    return (size_t)(at - out);
}
