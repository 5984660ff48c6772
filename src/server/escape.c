/* SPDX-License-Identifier: Apache-2.0 */
#include "server/escape.h"

#include <stdint.h>

static const char hex[] = "0123456789abcdef";
static const char unicode_escape[4] = {'\\', 'u', '0', '0'};

static bool continuation(unsigned char c)
{
    return (c & 0xc0) == 0x80;
}

size_t utf8_sequence(struct span text)
{
    if (text.size == 0)
        return 0;
    const unsigned char *c = (const unsigned char *)text.data;
    if (c[0] < 0x80)
        return 1;
    size_t size = c[0] >= 0xc2 && c[0] <= 0xdf ? 2 : (c[0] & 0xf0) == 0xe0 ? 3 : c[0] >= 0xf0 && c[0] <= 0xf4 ? 4 : 0;
    if (size == 0 || size > text.size)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!continuation(c[i]))
            return 0;
    /* Overlong forms, surrogates and what is beyond U+10FFFF show in the second byte. */
    if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) || (c[0] == 0xf0 && c[1] < 0x90) ||
        (c[0] == 0xf4 && c[1] > 0x8f))
        return 0;
    return size;
}

static bool plain_json(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

size_t escape_json(char *out, size_t max, struct span text)
{
    size_t at = 0;
    for (size_t i = 0; i < text.size;) {
        unsigned char c = (unsigned char)text.data[i];
        if (plain_json(c)) {
            if (at == max)
                break;
            out[at++] = (char)c;
            i++;
            continue;
        }
        if (max - at < 6)
            break;
        if (c == '"' || c == '\\') {
            out[at++] = '\\';
            out[at++] = (char)c;
            i++;
        } else if (c < 0x20 || c == 0x7f) {
            memcpy(out + at, unicode_escape, sizeof unicode_escape);
            out[at + 4] = hex[c >> 4];
            out[at + 5] = hex[c & 15];
            at += 6;
            i++;
        } else {
            size_t size = utf8_sequence((struct span){text.data + i, text.size - i});
            memcpy(out + at, size ? text.data + i : "\xef\xbf\xbd", size ? size : 3);
            at += size ? size : 3;
            i += size ? size : 1;
        }
    }
    return at;
}

size_t escape_line(char *out, size_t max, struct span text)
{
    size_t at = 0;
    for (size_t i = 0; i < text.size && max - at >= 4;) {
        unsigned char c = (unsigned char)text.data[i];
        size_t size = utf8_sequence((struct span){text.data + i, text.size - i});
        bool control = (c < 0x20 && c != '\t') || c == 0x7f;
        bool c1 = c == 0xc2 && size == 2 && (unsigned char)text.data[i + 1] < 0xa0;
        if (size > 0 && !control && !c1) {
            memcpy(out + at, text.data + i, size);
            at += size;
            i += size;
            continue;
        }
        out[at++] = '\\';
        out[at++] = 'x';
        out[at++] = hex[c >> 4];
        out[at++] = hex[c & 15];
        i++; /* the second byte of a C1 control is no sequence of its own and is escaped next */
    }
    return at;
}
