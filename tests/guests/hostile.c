/* SPDX-License-Identifier: Apache-2.0
 *
 * Answers in every way that a program should not. The path names the way; the host must survive each, and this is a
 * list for the tests as well: "/" answers with all the names.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

static const struct mayfly_request *request;

static long ecall(long number, long a, long b, long c)
{
    register long a0 __asm__("a0") = a;
    register long a1 __asm__("a1") = b;
    register long a2 __asm__("a2") = c;
    register long a7 __asm__("a7") = number;
    __asm__ volatile("ecall" : "+r"(a0) : "r"(a1), "r"(a2), "r"(a7) : "memory");
    return a0;
}

static struct mayfly_string text(const char *string)
{
    return mayfly_text(string);
}

/* A good response that a case then spoils. */
static struct mayfly_header headers[200];
static struct mayfly_string pieces[200];
static struct mayfly_response good = {200, 1, headers, pieces, 1, 0};

static void respond_with(uint64_t address)
{
    ecall(MAYFLY_CALL_RESPOND, (long)address, 0, 0);
}

static void header(const char *name, const char *value)
{
    headers[good.header_count].name = text(name);
    headers[good.header_count++].value = text(value);
    mayfly_send(&good);
}

static void status(uint32_t code)
{
    good.status = code;
    mayfly_send(&good);
}

static void raw_pieces(uint64_t data, uint64_t size)
{
    pieces[0].data = (const char *)data;
    pieces[0].size = size;
    mayfly_send(&good);
}

/* A response at the very end of what is mapped, `beyond` bytes of it behind. */
static void at_the_edge(size_t beyond)
{
    char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(page + 4096, 4096);
    char *at = page + 4096 - sizeof(good) + beyond;
    memcpy(at, &good, sizeof(good) - beyond);
    respond_with((uint64_t)at);
}

static void zero_pieces(void)
{
    good.piece_count = 0;
    good.pieces = NULL;
    mayfly_send(&good);
}

static void many_pieces(uint32_t count)
{
    for (uint32_t i = 0; i < count && i < 200; i++)
        pieces[i] = text("piece ");
    good.piece_count = count;
    mayfly_send(&good);
}

static void many_headers(uint32_t count)
{
    for (uint32_t i = 0; i < count && i < 200; i++) {
        headers[i].name = text("x-many");
        headers[i].value = text("value");
    }
    good.header_count = count;
    mayfly_send(&good);
}

/* 64 pieces that are all the same memory: large without taking any. */
static void overlapping(uint64_t size)
{
    char *body = calloc(1, size);
    for (int i = 0; i < 64; i++) {
        pieces[i].data = body;
        pieces[i].size = size;
    }
    good.piece_count = 64;
    mayfly_send(&good);
}

static void large_body(size_t size)
{
    char *body = malloc(size);
    memset(body, 'b', size);
    mayfly_respond_bytes(200, "text/plain", body, size);
}

static void report(long result)
{
    char out[64];
    mayfly_respond_bytes(200, "text/plain", out, (size_t)snprintf(out, sizeof(out), "%ld\n", result));
}

static int deep(int n)
{
    volatile char frame[512];
    frame[n & 511] = (char)n;
    return n < 0 ? 0 : deep(n + 1) + frame[n & 511];
}

static void write_request(void)
{
    *(volatile char *)(uintptr_t)request->path.data = 'X';
}

static void unmap_request(void)
{
    uintptr_t page = (uintptr_t)request & ~UINT64_C(4095);
    int result = munmap((void *)page, 4096);
    report(result + (request->header_count < 1000 ? 0 : 1));
}

static void flood(void)
{
    for (int i = 0; i < 100000; i++)
        mayfly_log(MAYFLY_LOG_INFO, "line %d of a flood", i);
    mayfly_respond(200, "text/plain", "flooded\n");
}

static void print_flood(void)
{
    for (int i = 0; i < 100000; i++)
        printf("print %d of a flood\n", i);
    mayfly_respond(200, "text/plain", "printed\n");
}

static void long_line(void)
{
    char *line = malloc(1000000);
    memset(line, 'l', 1000000);
    report(ecall(MAYFLY_CALL_LOG, MAYFLY_LOG_INFO, (long)line, 1000000));
}

static void forge(void)
{
    mayfly_log(MAYFLY_LOG_ERROR, "first\r\n2026-01-01T00:00:00.000Z error forged line\x1b[31m%c end", 0);
    mayfly_respond(200, "text/plain", "logged\n");
}

static void fill_output(void)
{
    static char bytes[100000];
    memset(bytes, 'o', sizeof(bytes));
    fwrite(bytes, 1, sizeof(bytes), stdout);
    mayfly_respond(200, "text/plain", "written\n");
}

static void spin(void)
{
    for (volatile unsigned long turns = 0;; turns++)
        continue;
}

static void map_all(void)
{
    long count = 0;
    while (mmap(NULL, 4096, count & 1 ? PROT_READ : PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED)
        count++;
    report(count > 0);
}

/* As many mappings of the host as one instance gets. */
static void split_mappings(void)
{
    size_t size = 8 << 20;
    char *area = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static volatile char scattered[400][2 * 4096];
    for (int i = 0; i < 400; i++)
        scattered[i][0] = 1;
    (void)scattered[399][0];
    for (size_t at = 0; at < size; at += 8192)
        if (mprotect(area + at, 4096, PROT_READ))
            break;
    spin();
}

#include "hostile_cases.h"

int main(void)
{
    headers[0].name = text("content-type");
    headers[0].value = text("text/plain");
    pieces[0] = text("a good answer\n");

    request = mayfly_accept();
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        if (!strcmp(cases[i].name, request->path.data + 1))
            cases[i].run();

    char *names = calloc(1, 16384), *end = names;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        end += sprintf(end, "%s %d\n", cases[i].name, cases[i].status);
    mayfly_respond(request->path.size == 1 ? 200 : 404, "text/plain", names);
}
