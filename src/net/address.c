/* SPDX-License-Identifier: Apache-2.0 */
#include "net/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const char *parse_local(struct address *address, const char *path)
{
    size_t size = strlen(path);

    if (size == 0)
        return "the path of the unix socket is missing: write unix:/path/to/socket";
    if (size >= sizeof(address->local.sun_path))
        return "the path of the unix socket is too long (at most 107 bytes)";
    address->local.sun_family = AF_UNIX;
    memcpy(address->local.sun_path, path, size + 1);
    address->size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size + 1);
    return NULL;
}

/* -1 if it is no port. */
static int parse_port(const char *text)
{
    int port = 0;

    if (!*text || strlen(text) > 5)
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return -1;
        port = port * 10 + (*text - '0');
    }
    return port <= 65535 ? port : -1;
}

const char *address_parse(struct address *address, const char *text)
{
    char host[INET6_ADDRSTRLEN];
    const char *colon = strrchr(text, ':');

    *address = (struct address){0};
    if (strncmp(text, "unix:", 5) == 0)
        return parse_local(address, text + 5);
    if (!colon)
        return "no port: write address:port, [v6 address]:port, :port or unix:/path";
    int port = parse_port(colon + 1);
    if (port < 0)
        return "the port is not a number between 0 and 65535";
    size_t size = (size_t)(colon - text);
    bool brackets = size >= 2 && text[0] == '[' && text[size - 1] == ']';
    if (brackets) {
        text++;
        size -= 2;
    }
    if (size >= sizeof(host))
        return "the address is not a numeric one, such as 127.0.0.1 or [::1]";
    memcpy(host, text, size);
    host[size] = 0;
    if (brackets || size == 0) {
        address->v6 = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
        address->size = sizeof(address->v6);
        if (size == 0 && !brackets)
            return NULL; /* in6addr_any, which takes IPv4 too */
        if (inet_pton(AF_INET6, host, &address->v6.sin6_addr) != 1)
            return "what stands in the brackets is not an IPv6 address";
        if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
            return "the brackets hold an IPv4 address: write it alone, such as 127.0.0.1:8080";
        return NULL;
    }
    address->v4 = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address->size = sizeof(address->v4);
    if (inet_pton(AF_INET, host, &address->v4.sin_addr) == 1)
        return NULL;
    if (strchr(host, ':'))
        return "an IPv6 address needs brackets: [::1]:8080";
    return "the address is not a numeric one, such as 127.0.0.1 or [::1]";
}

const char *address_format(const struct address *address, char out[ADDRESS_TEXT_MAX])
{
    char host[INET6_ADDRSTRLEN];

    switch (address->any.sa_family) {
    case AF_UNIX:
        snprintf(out, ADDRESS_TEXT_MAX, "unix:%.*s", (int)sizeof(address->local.sun_path), address->local.sun_path);
        break;
    case AF_INET6:
        inet_ntop(AF_INET6, &address->v6.sin6_addr, host, sizeof(host));
        if (IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr))
            snprintf(out, ADDRESS_TEXT_MAX, ":%u", ntohs(address->v6.sin6_port));
        else
            snprintf(out, ADDRESS_TEXT_MAX, "[%s]:%u", host, ntohs(address->v6.sin6_port));
        break;
    case AF_INET:
        inet_ntop(AF_INET, &address->v4.sin_addr, host, sizeof(host));
        snprintf(out, ADDRESS_TEXT_MAX, "%s:%u", host, ntohs(address->v4.sin_port));
        break;
    default:
        snprintf(out, ADDRESS_TEXT_MAX, "(unknown)");
    }
    return out;
}

static in_port_t port_of(const struct address *address)
{
    return address->any.sa_family == AF_INET ? address->v4.sin_port : address->v6.sin6_port;
}

/* Of both families. */
static bool is_any(const struct address *address)
{
    return address->any.sa_family == AF_INET6 && IN6_IS_ADDR_UNSPECIFIED(&address->v6.sin6_addr);
}

bool address_overlaps(const struct address *one, const struct address *other)
{
    bool same_family = one->any.sa_family == other->any.sa_family;

    if (one->any.sa_family == AF_UNIX || other->any.sa_family == AF_UNIX)
        return same_family && strcmp(one->local.sun_path, other->local.sun_path) == 0;
    if (port_of(one) == 0 || port_of(one) != port_of(other))
        return false;
    if (is_any(one) || is_any(other))
        return true;
    if (!same_family)
        return false;
    if (one->any.sa_family == AF_INET6)
        return IN6_ARE_ADDR_EQUAL(&one->v6.sin6_addr, &other->v6.sin6_addr);
    in_addr_t a = one->v4.sin_addr.s_addr, b = other->v4.sin_addr.s_addr;
    return a == b || a == INADDR_ANY || b == INADDR_ANY;
}

static size_t format_v4(const unsigned char bytes[4], char *out)
{
    return (size_t)snprintf(out, INET6_ADDRSTRLEN, "%u.%u.%u.%u", bytes[0], bytes[1], bytes[2], bytes[3]);
}

size_t address_format_peer(const struct address *address, char out[INET6_ADDRSTRLEN])
{
    if (address->any.sa_family == AF_INET) {
        unsigned char bytes[4];
        memcpy(bytes, &address->v4.sin_addr, sizeof(bytes));
        return format_v4(bytes, out);
    }
    if (address->any.sa_family == AF_INET6) {
        if (IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr))
            return format_v4(address->v6.sin6_addr.s6_addr + 12, out);
        inet_ntop(AF_INET6, &address->v6.sin6_addr, out, INET6_ADDRSTRLEN);
        return strlen(out);
    }
    memcpy(out, "unix", 5);
    return 4;
}
