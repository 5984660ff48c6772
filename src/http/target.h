/* SPDX-License-Identifier: Apache-2.0
 *
 * The request target's forms (RFC 9112 §3.2). Internal to the room.
 */
#ifndef MAYFLY_HTTP_TARGET_H
#define MAYFLY_HTTP_TARGET_H

#include "base/check.h"
#include "http/parser.h"

/* Splits head->target, whose bytes have been checked: sets path, query and, for the absolute form, host (empty
 * otherwise). 0, or a negative status with head->reason. */
MUST_USE int http_split_target(struct http_head *head);

#endif
