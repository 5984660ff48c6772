/* SPDX-License-Identifier: Apache-2.0 */
#include "server/protocol.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Room for one descriptor, aligned as a cmsghdr. */
union control {
    struct cmsghdr head;
    char bytes[CMSG_SPACE(sizeof(int))];
};

int packet_send(int socket, const void *bytes, size_t size, int descriptor)
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)bytes, .iov_len = size};
    union control control = {.bytes = {0}};
    struct msghdr head = {.msg_iov = &part, .msg_iovlen = 1};

    if (descriptor >= 0) {
        head.msg_control = control.bytes;
        head.msg_controllen = sizeof control.bytes;
        struct cmsghdr *carried = CMSG_FIRSTHDR(&head);
        carried->cmsg_level = SOL_SOCKET;
        carried->cmsg_type = SCM_RIGHTS;
        carried->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(carried), &descriptor, sizeof(int));
    }
    for (;;) {
        ssize_t sent = sendmsg(socket, &head, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent == (ssize_t)size)
            return 0;
        if (sent >= 0)
            return -EMSGSIZE;
        /* Too many descriptors on their way: the receiver has to take some first, as when the socket is full. */
        if (errno == ENOBUFS || errno == ETOOMANYREFS)
            return -EAGAIN;
        if (errno != EINTR)
            return -errno;
    }
}

static int carried_descriptor(struct msghdr *head)
{
    int descriptor = -1;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c; c = CMSG_NXTHDR(head, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
            memcpy(&descriptor, CMSG_DATA(c), sizeof(int));
    return descriptor;
}

int packet_receive(int socket, void *bytes, size_t size, int *descriptor)
{
    struct iovec part = {bytes, size};
    union control control;
    struct msghdr head = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
    ssize_t got;

    *descriptor = -1;
    do
        got = recvmsg(socket, &head, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return errno == EAGAIN ? 0 : -errno;
    if (got == 0)
        return -ECONNRESET;
    *descriptor = carried_descriptor(&head);
    /* Whoever sends something else is not our kind; a descriptor that did not fit (this process is out of them) would
     * make the message mean something else. */
    bool damaged = got != (ssize_t)size || (head.msg_flags & MSG_TRUNC);
    bool lost = head.msg_flags & MSG_CTRUNC;
    if (!damaged && !lost)
        return 1;
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
    return damaged ? -EBADMSG : -EMFILE;
}

int message_send(int socket, enum message_type type, uint64_t id, int descriptor)
{
    struct message message = {.type = type, .id = id};
    return packet_send(socket, &message, sizeof message, descriptor);
}

int message_send_detail(int socket, enum message_type type, uint64_t id, uint32_t detail)
{
    struct message message = {.type = type, .detail = detail, .id = id};
    return packet_send(socket, &message, sizeof message, -1);
}

int message_receive(int socket, struct message *message, int *descriptor)
{
    return packet_receive(socket, message, sizeof *message, descriptor);
}
