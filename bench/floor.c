/* SPDX-License-Identifier: Apache-2.0
 *
 * The floor: the least that answering HTTP over epoll can cost. One thread; a request is whatever ends in
 * an empty line; nothing is parsed. It is what the figures of a real server are compared with.
 *
 *     floor            listens on a port of the kernel's choice on 127.0.0.1 and prints it
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_PIPELINED 64

static const char response[] = "HTTP/1.1 200 OK\r\n"
                               "Content-Type: text/plain\r\n"
                               "Content-Length: 14\r\n"
                               "\r\n"
                               "Hello, world!\n";

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static int listen_anywhere(void)
{
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (listener < 0 || bind(listener, (struct sockaddr *)&address, size) || listen(listener, 4096))
        fail("listen on 127.0.0.1");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    return listener;
}

static void accept_one(int epoll, int listener)
{
    int connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (connection < 0)
        return;
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct epoll_event event = {.events = EPOLLIN, .data.fd = connection};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &event))
        close(connection);
}

/* Answers as many requests as one read brought; those split over two reads are not its business. */
static void answer(int connection)
{
    char request[16384], out[MAX_PIPELINED * sizeof response];
    ssize_t got = recv(connection, request, sizeof request, 0);
    if (got <= 0) {
        close(connection);
        return;
    }
    size_t size = 0;
    const char *at = request, *end = request + got;
    while (size + sizeof response <= sizeof out && (at = memmem(at, (size_t)(end - at), "\r\n\r\n", 4))) {
        memcpy(out + size, response, sizeof response - 1);
        size += sizeof response - 1;
        at += 4;
    }
    if (send(connection, out, size, MSG_NOSIGNAL) != (ssize_t)size)
        close(connection);
}

int main(void)
{
    int epoll = epoll_create1(EPOLL_CLOEXEC), listener = listen_anywhere();
    struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[256];
    if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event))
        fail("epoll");
    for (;;) {
        int count = epoll_wait(epoll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener)
                accept_one(epoll, listener);
            else
                answer(events[i].data.fd);
        }
    }
}
