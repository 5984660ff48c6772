/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <cmocka.h>

#include "net/address.h"

static void test_what_is_read_is_written_back(void **state)
{
    static const char *const texts[] = {"127.0.0.1:8080", "0.0.0.0:0",       "255.255.255.255:65535",
                                        "[::1]:80",       "[2001:db8::1]:1", ":8080",
                                        "unix:/run/a",    "unix:relative",   "unix:/a:b"};
    char out[ADDRESS_TEXT_MAX];
    struct address address;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_null(address_parse(&address, texts[i]));
        assert_string_equal(address_format(&address, out), texts[i]);
    }
    assert_null(address_parse(&address, "[::]:80"));
    assert_string_equal(address_format(&address, out), ":80");
}

static void test_mistakes_are_explained(void **state)
{
    static const char *const cases[][2] = {
        {"", "no port"},
        {"127.0.0.1", "no port"},
        {"127.0.0.1:", "the port is not a number"},
        {"127.0.0.1:x", "the port is not a number"},
        {"127.0.0.1:-1", "the port is not a number"},
        {"127.0.0.1:+1", "the port is not a number"},
        {"127.0.0.1: 1", "the port is not a number"},
        {"127.0.0.1:65536", "the port is not a number"},
        {"127.0.0.1:000001", "the port is not a number"},
        {"localhost:80", "not a numeric one"},
        {"1.2.3:80", "not a numeric one"},
        {"1.2.3.4.5:80", "not a numeric one"},
        {"256.1.1.1:80", "not a numeric one"},
        {"::1:80", "needs brackets"},
        {"[::1:80", "needs brackets"},
        {"[127.0.0.1]:80", "not an IPv6 address"},
        {"[]:80", "not an IPv6 address"},
        {"[::ffff:127.0.0.1]:80", "write it alone, such as 127.0.0.1:8080"},
        {"[0::FFFF:7f00:1]:80", "write it alone"},
        {"[::1]", "the port is not a number"},
        {"unix:", "the path of the unix socket is missing"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:80", "not a numeric one"},
    };
    struct address address;
    char path[256];

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const char *why = address_parse(&address, cases[i][0]);
        if (!why || !strstr(why, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], why ? why : "accepted");
    }
    for (int size = 1; size < 200; size++) {
        snprintf(path, sizeof(path), "unix:%0*d", size, 0);
        assert_int_equal(address_parse(&address, path) == NULL, size <= 107);
    }
}

static void test_ports_are_exact(void **state)
{
    struct address address;
    char text[64];

    for (unsigned port = 0; port < 70000; port++) {
        snprintf(text, sizeof(text), "127.0.0.1:%u", port);
        const char *why = address_parse(&address, text);
        assert_int_equal(why == NULL, port <= 65535);
        if (!why)
            assert_int_equal(ntohs(address.v4.sin_port), port);
    }
}

static void test_peers(void **state)
{
    static const char *const cases[][2] = {
        {"192.0.2.1:80", "192.0.2.1"},
        {"255.255.255.255:1", "255.255.255.255"},
        {"[2001:db8::1]:80", "2001:db8::1"},
        {"unix:/x", "unix"},
    };
    char out[INET6_ADDRSTRLEN];
    struct address address;

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_null(address_parse(&address, cases[i][0]));
        assert_int_equal(address_format_peer(&address, out), strlen(cases[i][1]));
        assert_string_equal(out, cases[i][1]);
    }
    /* What a client over IPv4 has on a socket of both families. */
    address = (struct address){.v6 = {.sin6_family = AF_INET6}};
    assert_int_equal(inet_pton(AF_INET6, "::ffff:192.0.2.7", &address.v6.sin6_addr), 1);
    assert_int_equal(address_format_peer(&address, out), strlen("192.0.2.7"));
    assert_string_equal(out, "192.0.2.7");
}

static void test_what_cannot_be_listened_on_together(void **state)
{
    static const struct {
        const char *one, *other;
        bool overlaps;
    } cases[] = {
        {"127.0.0.1:80", "127.0.0.1:80", true},
        {"127.0.0.1:80", "127.0.0.1:81", false},
        {"127.0.0.1:80", "127.0.0.2:80", false},
        {"127.0.0.1:80", "0.0.0.0:80", true},
        {"127.0.0.1:80", ":80", true},
        {"127.0.0.1:80", ":81", false},
        {"127.0.0.1:80", "[::1]:80", false},
        {"0.0.0.0:80", "[::1]:80", false},
        {"0.0.0.0:80", ":80", true},
        {"[::1]:80", "[0:0::1]:80", true},
        {"[::1]:80", "[::2]:80", false},
        {"[::1]:80", "[::]:80", true},
        {"unix:/a", "unix:/a", true},
        {"unix:/a", "unix:/b", false},
        {"unix:/a", ":80", false},
        {":0", ":0", false},
        {"127.0.0.1:0", "127.0.0.1:0", false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct address one, other;
        assert_null(address_parse(&one, cases[i].one));
        assert_null(address_parse(&other, cases[i].other));
        if (address_overlaps(&one, &other) != cases[i].overlaps || address_overlaps(&other, &one) != cases[i].overlaps)
            fail_msg("%s and %s", cases[i].one, cases[i].other);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_read_is_written_back),
        cmocka_unit_test(test_mistakes_are_explained),
        cmocka_unit_test(test_ports_are_exact),
        cmocka_unit_test(test_peers),
        cmocka_unit_test(test_what_cannot_be_listened_on_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
