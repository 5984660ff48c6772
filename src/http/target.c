/* SPDX-License-Identifier: Apache-2.0 */
#include "http/target.h"

#include <arpa/inet.h>

#include "http/chars.h"

#define HOST_MAX 255

static bool port_is_valid(const char *at, const char *end)
{
    unsigned port = 0;

    if (end - at > 5)
        return false;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9')
            return false;
        port = port * 10 + (unsigned)(*at - '0');
    }
    return port <= 65535;
}

/* The end of "[...]", or NULL. */
static const char *ip_literal_end(const char *at, const char *end)
{
    char text[INET6_ADDRSTRLEN];
    struct in6_addr address;
    const char *close = memchr(at, ']', (size_t)(end - at));

    if (!close || (size_t)(close - at - 1) >= sizeof(text))
        return NULL;
    size_t size = (size_t)(close - at - 1);
    memcpy(text, at + 1, size);
    text[size] = 0;
    if (strlen(text) != size || inet_pton(AF_INET6, text, &address) != 1)
        return NULL;
    return close + 1;
}

bool http_parse_authority(struct span authority, struct span *host)
{
    const char *at = authority.data, *end = at + authority.size, *host_end;

    if (authority.size == 0)
        return false;
    host_end = *at == '[' ? ip_literal_end(at, end) : http_skip(at, end, HTTP_CHAR_HOST);
    if (!host_end || host_end == at || host_end - at > HOST_MAX)
        return false;
    if (host_end < end && (*host_end != ':' || !port_is_valid(host_end + 1, end)))
        return false;
    *host = (struct span){at, (size_t)(host_end - at)};
    return true;
}

static int refuse(struct http_head *head, int status, const char *reason)
{
    head->reason = reason;
    return -status;
}

static void split_query(struct http_head *head, struct span rest)
{
    const char *mark = rest.size > 1 ? memchr(rest.data, '?', rest.size) : NULL;

    if (mark) {
        head->path = (struct span){rest.data, (size_t)(mark - rest.data)};
        head->query = (struct span){mark + 1, rest.size - head->path.size - 1};
    } else {
        head->path = rest;
        head->query = (struct span){rest.data + rest.size, 0};
    }
}

/* "http://authority[/path][?query]" */
static int split_absolute(struct http_head *head)
{
    const char *at = head->target.data, *end = at + head->target.size;
    size_t scheme = head->target.size >= 7 && http_token_is(at, "http", 4) ? 4 : 0;

    if (scheme && ascii_lower(at[4]) == 's')
        scheme = 5;
    if (!scheme || head->target.size < scheme + 3 || memcmp(at + scheme, "://", 3) != 0)
        return refuse(head, 400, "the request target is neither a path nor an http URI");
    at += scheme + 3;
    const char *rest = at;
    while (rest < end && *rest != '/' && *rest != '?')
        rest++;
    if (!http_parse_authority((struct span){at, (size_t)(rest - at)}, &head->host))
        return refuse(head, 400, "the request target names no valid host");
    split_query(head, (struct span){rest, (size_t)(end - rest)});
    if (rest < end && *rest == '?') {
        head->query = (struct span){rest + 1, (size_t)(end - rest - 1)};
        head->path.size = 0;
    }
    if (head->path.size == 0)
        head->path = SPAN("/");
    return 0;
}

int http_split_target(struct http_head *head)
{
    head->host = (struct span){"", 0};
    if (head->target.data[0] == '/') {
        split_query(head, head->target);
        return 0;
    }
    if (span_equal(head->target, SPAN("*"))) {
        if (head->method_id != HTTP_METHOD_OPTIONS)
            return refuse(head, 400, "the request target '*' is for OPTIONS only");
        head->path = head->target;
        head->query = (struct span){"", 0};
        return 0;
    }
    return split_absolute(head);
}
