/* SPDX-License-Identifier: Apache-2.0
 *
 * Mistakes in files and what is said about them: YAML text -> the exact messages.
 */
#include "server/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define LISTEN "listen: [{address: '127.0.0.1:0'}]\n"

static char folder[64];

static void path_of(char *out, size_t size, const char *name)
{
    snprintf(out, size, "%s/%s", folder, name);
}

static void put(const char *name, const char *text)
{
    char path[256];
    path_of(path, sizeof path, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static int set_up(void **state)
{
    char path[256];
    strcpy(folder, "/tmp/mayfly-config-XXXXXX");
    assert_non_null(mkdtemp(folder));
    path_of(path, sizeof path, "tenants");
    return mkdir(path, 0755);
}

static int tear_down(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command);
}

struct mistake {
    const char *yaml;
    const char *message; /* behind the file's path; several: one per line; "": none */
};

static const struct mistake server_mistakes[] = {
    {LISTEN, ""},
    {"{listen: [{address: ':0'}], workers: auto, access_log: off, log_level: debug}\n", ""},
    {LISTEN "workers: many\n", ":2:10: workers: expected 'auto' or 1..256, got 'many'"},
    {LISTEN "workers: 0\n", ":2:10: workers: expected 'auto' or 1..256, got '0'"},
    {LISTEN "workers: 257\n", ":2:10: workers: expected 'auto' or 1..256, got '257'"},
    {LISTEN "workers: -1\n", ":2:10: workers: expected 'auto' or 1..256, got '-1'"},
    {LISTEN "workers: 1.5\n", ":2:10: workers: expected 'auto' or 1..256, got '1.5'"},
    {LISTEN "workers:\n", ":2:9: workers: expected 'auto' or 1..256, got nothing"},
    {LISTEN "workers: [1]\n", ":2:10: workers: expected 'auto' or 1..256, got a list"},
    {LISTEN "compilers: off\ncode_cache: /var/cache/mayfly\n", ""},
    {LISTEN "compilers: none\n", ":2:12: compilers: expected 'auto', 'off' or 1..64, got 'none'"},
    {LISTEN "compilers: 0\n", ":2:12: compilers: expected 'auto', 'off' or 1..64, got '0'"},
    {LISTEN "workers: off\n", ":2:10: workers: expected 'auto' or 1..256, got 'off'"},
    {LISTEN "code_cache_size: 5K\n",
     ":2:18: code_cache_size: expected a size from 1M to 1T, such as 64K or 16M, got '5K'"},
    {LISTEN "worker: 1\n", ":2:1: there is no setting 'worker'; did you mean 'workers'?"},
    {LISTEN "http: {hedaers: 1}\n", ":2:8: there is no setting 'hedaers'; did you mean 'headers'?"},
    {LISTEN "instances: {colour: 1}\n", ":2:13: there is no setting 'colour' here; there are: memory, idle"},
    {LISTEN "[a]: 1\n",
     ":2:1: there is no setting '(not a name)' here; there are: listen, workers, builders, compilers, "
     "compile_timeout, code_cache, code_cache_size, tenants, hosts, defaults, http, instances, access_log, admin, "
     "log_level, user, rollback_crashes, "
     "rollback_window, drain_timeout, upgrade_timeout"},
    {LISTEN "workers: 1\nworkers: 2\n", ":3:1: workers is given twice; the first is in line 2"},
    {LISTEN "http: 5\n", ":2:7: http: expected a mapping, got '5'"},
    {LISTEN "http:\n", ""},
    {"- a\n", ":1:1: mayfly.yaml: expected a mapping, got a list"},
    {"", ": listen: is missing; expected a list of mappings, each with address"},
    {"listen: []\n", ":1:9: listen: expected 1 to 64 entries, got 0"},
    {"listen: 127.0.0.1:80\n", ":1:9: listen: expected a list of mappings, each with address, got '127.0.0.1:80'"},
    {"listen:\n  - respond: {status: 204}\n", ":2:5: listen.address: is missing; expected an address such as "
                                              "127.0.0.1:8080, [::1]:8080, :8080 or unix:/path"},
    {"listen:\n  - address: localhost\n", ":2:14: listen.address: expected an address such as 127.0.0.1:8080, "
                                          "[::1]:8080, :8080 or unix:/path, got 'localhost'; no port: write "
                                          "address:port, [v6 address]:port, :port or unix:/path"},
    {LISTEN "admin: '[::ffff:127.0.0.1]:80'\n",
     ":2:8: admin: expected an address such as 127.0.0.1:8080, [::1]:8080, :8080 or unix:/path, got "
     "'[::ffff:127.0.0.1]:80'; the brackets hold an IPv4 address: write it alone, such as 127.0.0.1:8080"},
    {"listen:\n  - address: :80\n  - address: ':80'\n",
     ":3:14: listen.address: :80 is there twice; the first is in line 2"},
    {"listen:\n  - address: ':0'\n  - address: '[::1]:0'\n  - address: ':0'\nadmin: ':0'\n",
     ":4:14: listen.address: :0 is there twice; the first is in line 2"},
    {"listen:\n  - address: :80\n  - address: 127.0.0.1:80\nadmin: '[::1]:80'\n",
     ":3:14: listen.address: 127.0.0.1:80 is taken by :80, the `listen.address` of line 2; choose another\n"
     ":4:8: admin: [::1]:80 is taken by :80, the `listen.address` of line 2; choose another"},
    {"listen: [{address: unix:/a}]\nadmin: unix:/a\n",
     ":2:8: admin: unix:/a is taken by unix:/a, the `listen.address` of line 1; choose another"},
    {"listen: [{address: '127.0.0.1:80'}]\nadmin: 127.0.0.1:81\n", ""},
    {"listen:\n  - address: :80\n    respond: {status: 700, body: x}\n",
     ":3:23: listen.respond.status: expected a number from 200 to 599, got '700'"},
    {"listen:\n  - address: :80\n    respond: {status: 204, body: x}\n",
     ":3:34: respond.body: a 204 response has no body"},
    {LISTEN "http: {body: 64MB}\n", ":2:14: http.body: expected a size from 0 to 1G, such as 64K or 16M, got '64MB'"},
    {LISTEN "http: {body: 2G}\n", ":2:14: http.body: expected a size from 0 to 1G, such as 64K or 16M, got '2G'"},
    {LISTEN "http: {read_timeout: 10}\n",
     ":2:22: http.read_timeout: expected a duration from 10ms to 1h, such as 500ms or 10s, got '10'"},
    {LISTEN "http: {read_timeout: 99999999999999999h}\n",
     ":2:22: http.read_timeout: expected a duration from 10ms to 1h, such as 500ms or 10s, got '99999999999999999h'"},
    {LISTEN "log_level: loud\n", ":2:12: log_level: expected debug, info, warning or error, got 'loud'"},
    {LISTEN "user: no-such-user\n", ":2:7: user: there is no user 'no-such-user' on this machine"},
    {LISTEN "defaults:\n  limits: {memory: 1M, stack: 2M}\n",
     ":3:11: defaults.limits: a stack of 2097152 bytes does not fit into a memory of 1048576"},
    {LISTEN "hosts:\n  - host: a.example\n", ":3:5: hosts.respond: is missing; expected a mapping"},
    {LISTEN "hosts:\n  - {host: a:80, respond: {}}\n",
     ":3:12: hosts.host: expected a host such as www.example.org, *.example.org or *, without a port, got 'a:80'"},
    {LISTEN "hosts:\n  - {host: '*.*.b', respond: {}}\n",
     ":3:12: hosts.host: expected a host such as www.example.org, *.example.org or *, without a port, got '*.*.b'"},
    {LISTEN "hosts:\n  - {host: a, respond: {}}\n  - {host: A, respond: {}}\n  - {host: a, prefix: /x/, respond: {}}\n"
            "  - {host: a, prefix: /x, respond: {}}\n",
     ":4:12: hosts.host: a with prefix / is there twice\n:6:12: hosts.host: a with prefix /x is there twice"},
    {LISTEN "hosts:\n  - {host: a, prefix: x, respond: {type: text}}\n",
     ":3:23: hosts.prefix: expected a path such as / or /api, of printable letters without ? # %, no segment empty or "
     "'.' or '..', got 'x'\n"
     ":3:42: hosts.respond.type: expected a media type such as text/html, got 'text'"},
    {LISTEN "hosts:\n  - {host: a, prefix: /x/../y, respond: {}}\n",
     ":3:23: hosts.prefix: expected a path such as / or /api, of printable letters without ? # %, no segment empty or "
     "'.' or '..', got '/x/../y'"},
    {LISTEN "workers: x\nlog_level: y\nadmin: z\n",
     ":2:10: workers: expected 'auto' or 1..256, got 'x'\n"
     ":3:12: log_level: expected debug, info, warning or error, got 'y'\n"
     ":4:8: admin: expected an address such as 127.0.0.1:8080, [::1]:8080, :8080 or unix:/path, got 'z'; "
     "no port: write address:port, [v6 address]:port, :port or unix:/path"},
    {LISTEN "workers: [\n", ":3:1: this is not YAML: did not find expected node content, while parsing a flow node"},
    {LISTEN "\tworkers: 1\n", ":2:1: this is not YAML: found character that cannot start any token, while scanning for "
                              "the next token"},
    {LISTEN "user: \"\xff\"\n", ":2:8: this is not YAML: invalid leading UTF-8 octet"},
    {LISTEN "---\nworkers: 1\n", ":3:1: a second YAML document; one per file"},
    {LISTEN "workers: &a [*a]\n", ":2:10: workers: expected 'auto' or 1..256, got a list"},
    {LISTEN "tenants: nowhere\n", ":2:10: tenants: the folder FOLDER/nowhere: No such file or directory"},
    {LISTEN "tenants: mayfly.yaml\n", ":2:10: tenants: FOLDER/mayfly.yaml is not a folder"},
};

static const struct mistake tenant_mistakes[] = {
    {"", ""},
    {"# nothing\n", ""},
    {"hosts: a.example\n", ""},
    {"hosts: ['*', '*.example', a]\nprefix: /a/b\narguments: [x, '']\nenvironment: {A: 1, B_2: ''}\n", ""},
    {"hosts: [a, b c]\n", ":1:12: hosts: expected a host such as www.example.org, *.example.org or *, or a list of "
                          "them, without ports, got 'b c'"},
    {"hosts: [a, b, A]\n", ":1:15: hosts: a is there twice"},
    {"host: a\n", ":1:1: there is no setting 'host'; did you mean 'hosts'?"},
    {"limits: {memory: 63K}\n", ":1:18: limits.memory: expected a size from 1M to 2G, such as 64K or 16M, got '63K'"},
    {"limits: {instructions: lots}\n", ":1:24: limits.instructions: expected a number from 1K to 1000T, got 'lots'"},
    {"limits: {deadline: 2h}\n",
     ":1:20: limits.deadline: expected a duration from 1ms to 1h, such as 500ms or 10s, got '2h'"},
    {"limits: {stack: 64M}\n", ":1:9: limits: a stack of 67108864 bytes does not fit into a memory of 67108864"},
    {"environment: {1A: x}\n", ":1:15: environment: expected a mapping such as {NAME: value}, got '1A'"},
    {"environment: [A]\n", ":1:14: environment: expected a mapping such as {NAME: value}, got a list"},
    {"self_test: {path: health, expect_status: 99}\n",
     ":1:19: self_test.path: expected a request target such as /health?full=1, got 'health'\n"
     ":1:42: self_test.expect_status: expected a number from 200 to 599, got '99'"},
    {"program:\n", ":1:9: program: expected a path, got nothing"},
    {"program: /etc/passwd\n", ":1:10: program: expected a path inside the tenant's folder, got '/etc/passwd'"},
    {"program: a/../../b/x.elf\n", ":1:10: program: expected a path inside the tenant's folder, got 'a/../../b/x.elf'"},
};

/* What `problems` holds, without the file's path, FOLDER for the folder; one per line. */
static void told(const struct problems *problems, const char *file, char *out, size_t size)
{
    char path[256];
    path_of(path, sizeof path, file);
    out[0] = '\0';
    for (size_t i = 0, at = 0; i < problems_kept(problems); i++) {
        const char *line = problems->lines[i], *inside;
        assert_int_equal(strncmp(line, path, strlen(path)), 0);
        line += strlen(path);
        inside = strstr(line, folder);
        if (inside)
            at += (size_t)snprintf(out + at, size - at, "%s%.*sFOLDER%s", i ? "\n" : "", (int)(inside - line), line,
                                   inside + strlen(folder));
        else
            at += (size_t)snprintf(out + at, size - at, "%s%s", i ? "\n" : "", line);
    }
}

static void test_mistakes_in_mayfly_yaml(void **state)
{
    char path[256], out[4096];
    path_of(path, sizeof path, "mayfly.yaml");
    for (size_t i = 0; i < sizeof server_mistakes / sizeof *server_mistakes; i++) {
        struct problems problems = {.count = 0};
        put("mayfly.yaml", server_mistakes[i].yaml);
        struct server_config *config = config_load_server(path, &problems);
        told(&problems, "mayfly.yaml", out, sizeof out);
        assert_string_equal(out, server_mistakes[i].message);
        assert_int_equal(config == NULL, problems.count > 0);
        config_free_server(config);
        problems_dispose(&problems);
    }
}

static struct server_config *good_server(const char *more)
{
    char path[256], text[1024];
    struct problems problems = {.count = 0};
    path_of(path, sizeof path, "mayfly.yaml");
    snprintf(text, sizeof text, LISTEN "tenants: tenants\n%s", more);
    put("mayfly.yaml", text);
    struct server_config *config = config_load_server(path, &problems);
    assert_int_equal(problems.count, 0);
    return config;
}

static void make_tenant(const char *name, const char *yaml)
{
    char path[256];
    snprintf(path, sizeof path, "%s/tenants/%s", folder, name);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "tenants/%s/tenant.yaml", name);
    put(path, yaml);
}

static void test_mistakes_in_tenant_yaml(void **state)
{
    char out[4096];
    struct server_config *server = good_server("");
    for (size_t i = 0; i < sizeof tenant_mistakes / sizeof *tenant_mistakes; i++) {
        struct problems problems = {.count = 0};
        make_tenant("one", tenant_mistakes[i].yaml);
        struct tenant_config *config = config_load_tenant(server, "one", &problems);
        told(&problems, "tenants/one/tenant.yaml", out, sizeof out);
        assert_string_equal(out, tenant_mistakes[i].message);
        assert_int_equal(config == NULL, problems.count > 0);
        config_free_tenant(config);
        problems_dispose(&problems);
    }
    config_free_server(server);
}

static void test_values_and_defaults(void **state)
{
    struct problems problems = {.count = 0};
    struct server_config *server = good_server("defaults: {limits: {memory: 16M, deadline: 2m}, audit: {every: 7}}\n"
                                               "access_log: log/access\nworkers: 3\n");
    char path[256];
    assert_int_equal(server->settings.workers, 3);
    assert_int_equal(server->settings.builders, 0);
    assert_int_equal(server->settings.http.request_line, 8192);
    path_of(path, sizeof path, "tenants");
    assert_string_equal(server->tenants, path);
    path_of(path, sizeof path, "log/access");
    assert_string_equal(server->access_log, path);
    assert_int_equal(server->settings.listen.items[0].respond.status, 0);

    make_tenant("two", "limits: {memory: 32M, instructions: 5K}\nself_test: {}\nenvironment: {A: b c}\n");
    struct tenant_config *tenant = config_load_tenant(server, "two", &problems);
    assert_non_null(tenant);
    assert_int_equal(tenant->settings.limits.memory, 32 << 20);
    assert_int_equal(tenant->settings.limits.instructions, 5000);
    assert_int_equal(tenant->settings.limits.deadline, 120000);
    assert_int_equal(tenant->settings.limits.concurrency, 64);
    assert_int_equal(tenant->settings.audit.every, 7);
    assert_int_equal(tenant->settings.hosts.count, 1);
    assert_string_equal(tenant->settings.hosts.items[0].text, "two.localhost");
    assert_string_equal(tenant->settings.prefix.text, "/");
    assert_string_equal(tenant->settings.environment.items[0].text, "A=b c");
    assert_int_equal(tenant->settings.self_test.mark.line, 2);
    assert_int_equal(tenant->settings.self_test.expect_status, 200);
    path_of(path, sizeof path, "tenants/two/program.elf");
    assert_string_equal(tenant->program, path);
    config_free_tenant(tenant);
    config_free_server(server);
    assert_int_equal(problems.count, 0);
}

static void test_check_tells_what_tenants_claim_twice(void **state)
{
    char path[256], text[1024];
    struct problems problems = {.count = 0}, warnings = {.count = 0};
    config_free_server(good_server("hosts: [{host: fixed, respond: {}}]\n"));
    make_tenant("a", "hosts: [x, fixed]\n");
    make_tenant("b", "hosts: [y, X]\n");
    make_tenant("c", "hosts: [x]\nprefix: /other\n");
    make_tenant("Bad name", "");
    path_of(path, sizeof path, "tenants/a/program.elf");
    put("tenants/a/program.elf", "");
    put("tenants/c/program.elf", "");
    path_of(path, sizeof path, "mayfly.yaml");
    assert_int_equal(config_check(path, &problems, &warnings), 4);
    assert_int_equal(problems.count, 4);
    assert_int_equal(warnings.count, 0);
    snprintf(text, sizeof text, "%s/tenants/Bad name: a tenant's folder is named with", folder);
    assert_int_equal(strncmp(problems.lines[0], text, strlen(text)), 0);
    snprintf(text, sizeof text, "%s/tenants/a/tenant.yaml:1:12: hosts: fixed with prefix / is already that of %s",
             folder, path);
    assert_string_equal(problems.lines[1], text);
    snprintf(text, sizeof text, "%s/tenants/b/tenant.yaml:1:12: hosts: x with prefix / is already that of a", folder);
    assert_string_equal(problems.lines[2], text);
    snprintf(text, sizeof text,
             "%s/tenants/b/tenant.yaml: program: %s/tenants/b/program.elf: there is no such file; build it (mayfly "
             "build %s/tenants/b)",
             folder, folder, folder);
    assert_string_equal(problems.lines[3], text);
    problems_dispose(&problems);
}

static void test_check_looks_where_the_access_log_goes(void **state)
{
    static const struct {
        const char *log, *message; /* NULL: it is good */
    } cases[] = {
        {"off", NULL},
        {"-", NULL},
        {"mayfly.yaml", NULL},
        {"not-yet", NULL},
        {"nowhere/log", "nowhere/log cannot be written: No such file or directory; its folder must be there"},
        {"tenants", "tenants cannot be written: Is a directory"},
        {"mayfly.yaml/log", "mayfly.yaml/log cannot be written: Not a directory"},
    };
    char path[256], yaml[256];
    path_of(path, sizeof path, "mayfly.yaml");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct problems problems = {.count = 0}, warnings = {.count = 0};
        snprintf(yaml, sizeof yaml, LISTEN "access_log: '%s'\n", cases[i].log);
        put("mayfly.yaml", yaml);
        assert_int_equal(config_check(path, &problems, &warnings), 0);
        assert_int_equal(problems.count, cases[i].message != NULL);
        assert_int_equal(warnings.count, 0);
        if (cases[i].message && !strstr(problems.lines[0], cases[i].message))
            fail_msg("'%s' does not say '%s'", problems.lines[0], cases[i].message);
        problems_dispose(&problems);
    }
}

static void test_many_mistakes_are_counted(void **state)
{
    char path[256], *text = malloc(20000);
    struct problems problems = {.count = 0};
    strcpy(text, LISTEN);
    for (int i = 0; i < 500; i++)
        sprintf(text + strlen(text), "nonsense_%d: x\n", i);
    put("mayfly.yaml", text);
    path_of(path, sizeof path, "mayfly.yaml");
    assert_null(config_load_server(path, &problems));
    assert_int_equal(problems.count, 500);
    assert_int_equal(problems_kept(&problems), PROBLEMS_MAX);
    problems_dispose(&problems);
    free(text);
}

/* `count` times `part`, and what is said about it at once. */
static void expect_refusal(const char *part, size_t count, const char *message)
{
    struct problems problems = {.count = 0};
    char path[256], *text = calloc(count, strlen(part) + 1), *end = text;
    assert_non_null(text);
    for (size_t i = 0; i < count; i++)
        end = stpcpy(end, part);
    put("mayfly.yaml", text);
    free(text);
    path_of(path, sizeof path, "mayfly.yaml");
    assert_null(config_load_server(path, &problems));
    assert_int_equal(problems.count, 1);
    if (!strstr(problems.lines[0], message))
        fail_msg("expected '%s', got '%s'", message, problems.lines[0]);
    problems_dispose(&problems);
}

/* Files for which the YAML library would take minutes. */
static void test_files_that_would_take_long_are_refused(void **state)
{
    expect_refusal("[", 1000000, ":1:17: nested deeper than settings are");
    expect_refusal("{", 1000000, ":1:17: nested deeper than settings are");
    expect_refusal("- ", 500000, "nested deeper than settings are");
    expect_refusal("- &a\n", 200000, "more anchors than settings need");
    expect_refusal("%TAG !a! tag:a:\n", 60000, "has a YAML directive (%TAG)");
    expect_refusal("# \r%TAG !a! tag:a:", 50000, "has a YAML directive (%TAG)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mistakes_in_mayfly_yaml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_mistakes_in_tenant_yaml, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_values_and_defaults, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_check_tells_what_tenants_claim_twice, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_check_looks_where_the_access_log_goes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_many_mistakes_are_counted, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_files_that_would_take_long_are_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
