/* SPDX-License-Identifier: Apache-2.0 */
#include "server/admin_client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/address.h"

#define ANSWER_MAX 16384
#define PATIENCE_S 5 /* for each read or write */

static int exchange(int descriptor, const struct address *address, const char *request, char *answer)
{
    const struct timeval patience = {.tv_sec = PATIENCE_S};
    size_t have = 0;
    ssize_t got;
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) < 0 ||
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0 ||
        connect(descriptor, &address->any, address->size) < 0 ||
        send(descriptor, request, strlen(request), MSG_NOSIGNAL) < 0)
        return -errno;
    while (have < ANSWER_MAX - 1 && (got = recv(descriptor, answer + have, ANSWER_MAX - 1 - have, 0)) != 0) {
        if (got < 0)
            return -errno;
        have += (size_t)got;
    }
    answer[have] = '\0';
    return 0;
}

int admin_ask(const char *address_text, const char *method, const char *path, char *out, size_t size)
{
    struct address address;
    char request[512], answer[ANSWER_MAX];
    unsigned status;
    if (address_parse(&address, address_text))
        return -EINVAL;
    snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: mayfly\r\nConnection: close\r\n\r\n", method, path);
    int descriptor = socket(address.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -errno;
    int error = exchange(descriptor, &address, request, answer);
    close(descriptor);
    if (error)
        return error;
    const char *body = strstr(answer, "\r\n\r\n");
    if (sscanf(answer, "HTTP/1.1 %3u ", &status) != 1 || !body)
        return -EPROTO;
    snprintf(out, size, "%s", body + 4);
    return (int)status;
}
