/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads tests/http/NAME.cases (the format is in tests/http/README.md).
 */
#ifndef MAYFLY_TESTS_HTTP_CASES_H
#define MAYFLY_TESTS_HTTP_CASES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"

struct bytes {
    char *data;
    size_t size, room;
};

static void bytes_add(struct bytes *bytes, const char *data, size_t size)
{
    if (bytes->size + size >= bytes->room) {
        bytes->room = (bytes->size + size) * 2 + 64;
        bytes->data = realloc(bytes->data, bytes->room);
        if (!bytes->data)
            abort();
    }
    if (size)
        memcpy(bytes->data + bytes->size, data, size);
    bytes->size += size;
    bytes->data[bytes->size] = 0;
}

struct http_case {
    char name[128];
    struct bytes request;
    char expected[4096]; /* behind "== ", escapes still in it */
};

static char cases_unescape(const char **at)
{
    static const char letters[] = "r\rn\nt\t\\\\";
    char c = *(*at)++;
    if (c == '0')
        return 0;
    if (c == 'x') {
        char digits[3] = {(*at)[0], (*at)[1], 0};
        *at += 2;
        return (char)strtoul(digits, NULL, 16);
    }
    const char *found = strchr(letters, c);
    if (!found || (found - letters) % 2) {
        fprintf(stderr, "bad escape \\%c in a case\n", c);
        abort();
    }
    return found[1];
}

/* Adds text up to `stop` or its end, decoded; returns where it stopped. */
static const char *cases_decode(struct bytes *out, const char *at, char stop)
{
    while (*at && *at != stop) {
        if (*at == '{') {
            struct bytes part = {0};
            char *inner;
            unsigned long times = strtoul(at + 1, &inner, 10);
            at = cases_decode(&part, inner + 1, '}') + 1;
            while (times--)
                bytes_add(out, part.data, part.size);
            free(part.data);
        } else {
            char c = *at++;
            if (c == '\\')
                c = cases_unescape(&at);
            bytes_add(out, &c, 1);
        }
    }
    return at;
}

/* Calls `check` with every case of the file; the number of cases. */
static size_t cases_run(const char *name, void (*check)(const struct http_case *))
{
    char path[512], line[65536];
    struct http_case one = {.name = ""};
    size_t count = 0;

    snprintf(path, sizeof(path), "%s/tests/http/%s", SOURCE_DIR, name);
    FILE *file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        abort();
    }
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = 0;
        if (!strncmp(line, "## ", 3)) {
            snprintf(one.name, sizeof(one.name), "%.127s", line + 3);
            one.request.size = 0;
            bytes_add(&one.request, "", 0);
        } else if (!strncmp(line, "== ", 3)) {
            snprintf(one.expected, sizeof(one.expected), "%.4095s", line + 3);
            check(&one);
            one.name[0] = 0;
            count++;
        } else if (one.name[0]) {
            cases_decode(&one.request, line, 0);
        }
    }
    fclose(file);
    free(one.request.data);
    return count;
}

/* The decoded value of "key=value" in what is expected; it ends before " key=" of another, at " " followed by letters
 * and
 * '='. False if the key is not there. */
static bool cases_expects(const struct http_case *one, const char *key, struct bytes *value)
{
    char mark[32], text[4096];
    size_t size = (size_t)snprintf(mark, sizeof(mark), " %s=", key);
    const char *at = strstr(one->expected, mark);

    if (!at)
        return false;
    at += size;
    size_t length = 0;
    while (at[length]) {
        if (at[length] == ' ') {
            size_t letters = strspn(at + length + 1, "abcdefghijklmnopqrstuvwxyz");
            if (letters && at[length + 1 + letters] == '=')
                break;
        }
        length++;
    }
    snprintf(text, sizeof(text), "%.*s", (int)length, at);
    value->size = 0;
    bytes_add(value, "", 0);
    cases_decode(value, text, 0);
    return true;
}

#endif
