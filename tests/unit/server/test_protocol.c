/* SPDX-License-Identifier: Apache-2.0 */
#include "server/protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void pair_of(int type, int ends[2])
{
    assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
}

static void test_a_message_and_its_descriptor(void **state)
{
    const int types[] = {SOCK_SEQPACKET, SOCK_DGRAM};
    for (size_t i = 0; i < 2; i++) {
        int ends[2], pipes[2], got;
        struct message message;
        pair_of(types[i], ends);
        assert_int_equal(pipe(pipes), 0);
        assert_int_equal(message_receive(ends[1], &message, &got), 0);
        assert_int_equal(message_send(ends[0], MESSAGE_PROGRAM, 77, pipes[1]), 0);
        assert_int_equal(message_send(ends[0], MESSAGE_DRAIN, 0, -1), 0);

        assert_int_equal(message_receive(ends[1], &message, &got), 1);
        assert_int_equal(message.type, MESSAGE_PROGRAM);
        assert_int_equal(message.id, 77);
        assert_true(got >= 0 && got != pipes[1]);
        assert_int_equal(write(got, "x", 1), 1);
        char c;
        assert_int_equal(read(pipes[0], &c, 1), 1);
        close(got);

        assert_int_equal(message_receive(ends[1], &message, &got), 1);
        assert_int_equal(message.type, MESSAGE_DRAIN);
        assert_int_equal(got, -1);
        for (int j = 0; j < 2; j++) {
            close(ends[j]);
            close(pipes[j]);
        }
    }
}

static void test_the_other_end_is_gone(void **state)
{
    int ends[2], got;
    struct message message;
    pair_of(SOCK_SEQPACKET, ends);
    assert_int_equal(message_send(ends[0], MESSAGE_READY, 0, -1), 0);
    close(ends[0]);
    assert_int_equal(message_receive(ends[1], &message, &got), 1);
    assert_int_equal(message_receive(ends[1], &message, &got), -ECONNRESET);
    assert_int_equal(message_send(ends[1], MESSAGE_READY, 0, -1), -EPIPE);
    close(ends[1]);
}

static void test_a_full_socket_does_not_block(void **state)
{
    int ends[2], sent = 0, error;
    pair_of(SOCK_SEQPACKET, ends);
    while ((error = message_send(ends[0], MESSAGE_RETIRED, (uint64_t)sent, -1)) == 0 && sent < 1000000)
        sent++;
    assert_int_equal(error, -EAGAIN);
    struct message message;
    int got;
    for (int i = 0; i < sent; i++) {
        assert_int_equal(message_receive(ends[1], &message, &got), 1);
        assert_int_equal(message.id, i);
    }
    assert_int_equal(message_receive(ends[1], &message, &got), 0);
    close(ends[0]);
    close(ends[1]);
}

static void test_strange_packets_are_refused(void **state)
{
    int ends[2], got;
    struct message message;
    char big[100] = {0};
    pair_of(SOCK_SEQPACKET, ends);
    assert_int_equal(send(ends[0], big, 3, 0), 3);
    assert_int_equal(message_receive(ends[1], &message, &got), -EBADMSG);
    assert_int_equal(send(ends[0], big, sizeof big, 0), sizeof big);
    assert_int_equal(message_receive(ends[1], &message, &got), -EBADMSG);
    assert_int_equal(got, -1);
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_and_its_descriptor),
        cmocka_unit_test(test_the_other_end_is_gone),
        cmocka_unit_test(test_a_full_socket_does_not_block),
        cmocka_unit_test(test_strange_packets_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
