/* SPDX-License-Identifier: Apache-2.0
 *
 * Strangers' bytes made harmless for logs. Pure functions.
 */
#ifndef MAYFLY_SERVER_ESCAPE_H
#define MAYFLY_SERVER_ESCAPE_H

#include "base/span.h"

/* The size of the UTF-8 sequence that `text` begins with (RFC 3629), or 0 if it is none or cut off. */
size_t utf8_sequence(struct span text);

/* Writes `text` as the inside of a JSON string, at most `max` bytes, cut between characters; bytes that are not UTF-8
 * become U+FFFD. Returns the bytes written. */
size_t escape_json(char *out, size_t max, struct span text);

/* Writes `text` as one line for a person: control characters (C1 too) and bytes that are not UTF-8 become \xNN, tabs
 * stay. Returns the bytes written. */
size_t escape_line(char *out, size_t max, struct span text);

#endif
