/* SPDX-License-Identifier: Apache-2.0 */
#include "server/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct site {
    struct catalog catalog;
    struct router *router;
};

static struct site make_site(const struct route *routes, size_t count)
{
    static const struct catalog_tenant tenants[4] = {{.slot = 10}, {.slot = 11}, {.slot = 12}, {.slot = 13}};
    struct site site = {.catalog = {.routes = routes, .route_count = count, .tenants = tenants, .tenant_count = 4}};
    site.router = router_create(&site.catalog);
    return site;
}

/* The index of the route found, -1 if none. */
static int find(const struct site *site, const char *host, const char *path)
{
    int32_t slot = -2;
    struct router_name name;
    (void)router_seek(site->router, span_of(host), &name);
    const struct router_host *found = router_find_host(site->router, &name);
    const struct route *route = found ? router_find_path(site->router, found, span_of(path), &slot) : NULL;
    if (route)
        assert_int_equal(slot, route->tenant < 0 ? -1 : 10 + route->tenant);
    return route ? (int)(route - site->catalog.routes) : -1;
}

#define ROUTE(h, p)                                                                                                    \
    {                                                                                                                  \
        .host = SPAN(h), .prefix = SPAN(p), .tenant = 0                                                                \
    }

static void test_hosts(void **state)
{
    static const struct route routes[] = {
        ROUTE("a.example", "/"),
        ROUTE("*.example", "/"),
        ROUTE("*.b.example", "/"),
        ROUTE("[::1]", "/"),
    };
    struct site site = make_site(routes, 4);
    assert_int_equal(find(&site, "a.example", "/"), 0);
    assert_int_equal(find(&site, "A.eXample", "/x"), 0);
    assert_int_equal(find(&site, "a.example:8080", "/"), 0);
    assert_int_equal(find(&site, "a.example.", "/"), 0);
    assert_int_equal(find(&site, "a.example.:80", "/"), 0);
    assert_int_equal(find(&site, "c.example", "/"), 1);
    assert_int_equal(find(&site, "x.y.example", "/"), 1);
    assert_int_equal(find(&site, "b.example", "/"), 1);
    assert_int_equal(find(&site, "x.b.example", "/"), 2);
    assert_int_equal(find(&site, "x.y.B.example:1", "/"), 2);
    assert_int_equal(find(&site, "example", "/"), -1);
    assert_int_equal(find(&site, ".example", "/"), -1);
    assert_int_equal(find(&site, "*.example", "/"), -1);
    assert_int_equal(find(&site, "a.example2", "/"), -1);
    assert_int_equal(find(&site, "", "/"), -1);
    assert_int_equal(find(&site, "[::1]:8080", "/"), 3);
    assert_int_equal(find(&site, "[::1]", "/"), 3);
    router_destroy(site.router);
}

/* A letter that matters may be at any place, and the name of any length. */
static void test_spellings_of_a_host(void **state)
{
    static const char *const names[] = {"short.x",           "exactly8",
                                        "nine.long",         "sixteen.long.nam",
                                        "of-seventeen.lett", "a-name.that-is-longer.than-the-others.example",
                                        "z{y@x[w.example"};
    struct route routes[7];
    for (int i = 0; i < 7; i++)
        routes[i] = (struct route){.host = span_of(names[i]), .prefix = SPAN("/"), .tenant = 1};
    struct site site = make_site(routes, 7);
    for (int i = 0; i < 7; i++) {
        size_t size = strlen(names[i]);
        assert_int_equal(find(&site, names[i], "/"), i);
        for (size_t at = 0; at < size; at++) {
            char other[64];
            strcpy(other, names[i]);
            if (other[at] >= 'a' && other[at] <= 'z') {
                other[at] = (char)(other[at] - 'a' + 'A');
                assert_int_equal(find(&site, other, "/"), i);
            }
            other[at] = (char)0xc1; /* 'A' with the highest bit */
            assert_int_equal(find(&site, other, "/"), -1);
            snprintf(other, sizeof other, "%.*s:80%s", (int)at, names[i], names[i] + at);
            assert_int_equal(find(&site, other, "/"), -1);
        }
        char other[64];
        snprintf(other, sizeof other, "%s.:8080", names[i]);
        assert_int_equal(find(&site, other, "/"), i);
        snprintf(other, sizeof other, "%s.", names[i]);
        assert_int_equal(find(&site, other, "/"), i);
        snprintf(other, sizeof other, "%s..", names[i]);
        assert_int_equal(find(&site, other, "/"), -1);
    }
    router_destroy(site.router);
}

/* Among so many look-ups some come upon another name's entry with the tag that they look for, before they know how the
 * name is spelled in normal form. */
static void test_many_spellings(void **state)
{
    enum { COUNT = 4000, PORTS = 100 };
    static char names[COUNT][32];
    static struct route routes[COUNT];
    for (int i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "t%d.example", i);
        routes[i] = (struct route){.host = span_of(names[i]), .prefix = SPAN("/"), .tenant = 1};
    }
    struct site site = make_site(routes, COUNT);
    for (int i = 0; i < COUNT * PORTS; i++) {
        char host[40];
        snprintf(host, sizeof host, "%s:%d", names[i / PORTS], i % PORTS);
        if (find(&site, host, "/") != i / PORTS)
            fail_msg("%s is not found", host);
    }
    router_destroy(site.router);
}

static void test_any_host(void **state)
{
    static const struct route routes[] = {ROUTE("*", "/"), ROUTE("a.example", "/only")};
    struct site site = make_site(routes, 2);
    char long_host[400];
    memset(long_host, 'x', sizeof long_host);
    long_host[399] = 0;
    assert_int_equal(find(&site, "", "/"), 0);
    assert_int_equal(find(&site, long_host, "/"), 0);
    assert_int_equal(find(&site, "anything", "*"), 0);
    assert_int_equal(find(&site, "a.example", "/only/x"), 1);
    assert_int_equal(find(&site, "a.example", "/"), -1); /* the more specific host alone decides */
    router_destroy(site.router);
}

static void test_prefixes(void **state)
{
    static const struct route routes[] = {
        ROUTE("h", "/"), ROUTE("h", "/api"), ROUTE("h", "/api/v1/"), ROUTE("h", "/abc"), ROUTE("g", "/x"),
    };
    struct site site = make_site(routes, 5);
    assert_int_equal(find(&site, "h", "/"), 0);
    assert_int_equal(find(&site, "h", "/ap"), 0);
    assert_int_equal(find(&site, "h", "/apix"), 0);
    assert_int_equal(find(&site, "h", "/api"), 1);
    assert_int_equal(find(&site, "h", "/api/"), 1);
    assert_int_equal(find(&site, "h", "/api/v1x"), 1);
    assert_int_equal(find(&site, "h", "/api/v1"), 2);
    assert_int_equal(find(&site, "h", "/api/v1/x/y"), 2);
    assert_int_equal(find(&site, "h", "/abc/api"), 3);
    assert_int_equal(find(&site, "g", "/api"), -1);
    assert_int_equal(find(&site, "g", "/x"), 4);
    router_destroy(site.router);
}

/* A rule about a prefix holds however the path is spelled. */
static void test_spellings_of_a_prefix(void **state)
{
    static const struct route routes[] = {ROUTE("h", "/"), ROUTE("h", "/api"), ROUTE("h", "/api/v1"), ROUTE("g", "/x")};
    static const char *const spellings[] = {
        "/%61pi",      "/%61%70%69",    "//api",      "/./api",          "/x/../api",     "/../api",
        "/%2e%2e/api", "/x/.%2E/api",   "/%2fapi",    "/x%2f..%2fapi",   "/\\x/../api",   "/\\api",
        "/x/..\\api",  "/x%5c..%5Capi", "/api/v1/..", "/api/v1/%2e%2e/", "/api/v1x/./y",  "/api//",
        "/api/./v2",   "/api%2fv2",     "/api\\v2",   "/api/%76%32",     "/x/y/../../api"};
    struct site site = make_site(routes, 4);
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (find(&site, "h", spellings[i]) != 1)
            fail_msg("%s is not below /api", spellings[i]);
    assert_int_equal(find(&site, "h", "/api/../x"), 0);
    assert_int_equal(find(&site, "h", "/api%2f..%2fx"), 0);
    assert_int_equal(find(&site, "h", "/%2561pi"), 0); /* decoded once */
    assert_int_equal(find(&site, "h", "/%61pix"), 0);
    assert_int_equal(find(&site, "h", "/api%"), 0);
    assert_int_equal(find(&site, "h", "/.api"), 0);
    assert_int_equal(find(&site, "h", "/api//v1/../v1/z"), 2);
    assert_int_equal(find(&site, "g", "/x/../y"), -1);
    assert_int_equal(find(&site, "g", "/y/%2e./x"), 3);
    router_destroy(site.router);
}

static void test_refusals(void **state)
{
    static const struct route twice[] = {ROUTE("h", "/"), ROUTE("h", "")};
    static const struct route twice_prefix[] = {ROUTE("h", "/a"), ROUTE("h", "/a/")};
    static const struct route unknown[] = {{.host = SPAN("h"), .prefix = SPAN("/"), .tenant = 4}};
    assert_null(make_site(twice, 2).router);
    assert_null(make_site(twice_prefix, 2).router);
    assert_null(make_site(unknown, 1).router);
}

/* Every one of many is found, by host as well as by prefix, and nothing else. */
static void test_many(void **state)
{
    enum { COUNT = 3000 };
    static char names[COUNT][32], prefixes[COUNT][32];
    struct route *routes = calloc(2 * COUNT, sizeof *routes);
    for (int i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "t%d.example", i);
        snprintf(prefixes[i], sizeof prefixes[i], "/tenant/%d", i);
        routes[i] = (struct route){.host = span_of(names[i]), .prefix = SPAN("/"), .tenant = 1};
        routes[COUNT + i] = (struct route){.host = SPAN("one.example"), .prefix = span_of(prefixes[i]), .tenant = 2};
    }
    struct site site = make_site(routes, 2 * COUNT);
    for (int i = 0; i < COUNT; i++) {
        assert_int_equal(find(&site, names[i], prefixes[i]), i);
        assert_int_equal(find(&site, "one.example", prefixes[i]), COUNT + i);
    }
    assert_int_equal(find(&site, "t3000.example", "/"), -1);
    assert_int_equal(find(&site, "one.example", "/tenant/3000"), -1);
    router_destroy(site.router);
    free(routes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_hosts),          cmocka_unit_test(test_spellings_of_a_host),
        cmocka_unit_test(test_many_spellings), cmocka_unit_test(test_any_host),
        cmocka_unit_test(test_prefixes),       cmocka_unit_test(test_spellings_of_a_prefix),
        cmocka_unit_test(test_refusals),       cmocka_unit_test(test_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
