/* SPDX-License-Identifier: Apache-2.0
 *
 * Searches for what an earlier request left behind.
 *
 * A request with a header X-Secret carries a secret, which is put wherever a program can put it: static data, heap,
 * stack, a mapping, memory under the stack pointer, integer and floating-point registers; fcsr and the reservation of
 * LR are left changed as well. Answer: "kept".
 *
 * A request with the query needle=HEX looks for those bytes in all memory that can be read or made readable, in what
 * the host newly maps, and in the registers as accept left them. HEX is the complement of the secret, and the program
 * never holds the secret itself, so that it does not find its own question. Answer: "found N in P pages", then the
 * places. N is 0, or tenants are not isolated.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE        4096u
#define BLOCK       (16 * PAGE)
#define MAX_NEEDLE  64
#define MAX_PLACES  32
#define FRESH_BYTES (8u << 20)

static unsigned char complement[MAX_NEEDLE];
static size_t needle_size;
static unsigned long found, pages;
static char places[4096];
static size_t places_size;

/* All registers right behind the ecall of accept. */
static struct {
    uint64_t x[32];
    uint64_t f[32];
} registers;

/* What is left of fcsr, and whether a reservation is; neither has room for a secret, but for a bit of one. */
static uint64_t modes, not_reserved = 1, reservable;

static const struct mayfly_request *accept_and_look(void)
{
    register long a0 __asm__("a0") = MAYFLY_ABI_VERSION;
    register long a7 __asm__("a7") = MAYFLY_CALL_ACCEPT;
    static uint64_t reservation[2];
    reservable = (uint64_t)(uintptr_t)reservation;
    register void *kept __asm__("s11") = &registers;
    register void *word __asm__("s10") = reservation;
    __asm__ volatile("ecall\n\t"
                     ".irp n,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
                     "sd x\\n, 8*\\n(s11)\n\t"
                     "fsd f\\n, 256+8*\\n(s11)\n\t"
                     ".endr\n\t"
                     "fsd f0, 256(s11)\n\t"
                     "sc.d t0, zero, (s10)\n\t"
                     "sd t0, 8(s10)"
                     : "+r"(a0)
                     : "r"(a7), "r"(kept), "r"(word)
                     : "t0", "memory");
    __asm__ volatile("frcsr %0" : "=r"(modes));
    not_reserved = reservation[1];
    return (const struct mayfly_request *)a0;
}

static void search(const unsigned char *from, size_t size, const char *where)
{
    const unsigned char first = (unsigned char)~complement[0];
    for (size_t i = 0; i + needle_size <= size; i++) {
        if (from[i] != first)
            continue;
        size_t k = 0;
        while (k < needle_size && (unsigned char)~from[i + k] == complement[k])
            k++;
        if (k < needle_size)
            continue;
        if (found++ < MAX_PLACES)
            places_size += (size_t)snprintf(places + places_size, sizeof(places) - places_size, "%s %#lx\n", where,
                                            (unsigned long)(uintptr_t)(from + i));
    }
}

/* The kernel's answer instead of a fault: one byte of output, or EFAULT. */
static int is_readable(uintptr_t address)
{
    return write(2, (const void *)address, 1) == 1;
}

/* Sixteen pages. What was taken from all access is made readable again; asking for each page alone would take minutes,
 * so a block is asked for by its first page, unless one of it can be read. */
static void search_block(uint64_t block)
{
    int any = mprotect((void *)block, PAGE, PROT_READ) == 0;
    for (uint64_t page = block; page < block + BLOCK && !any; page += PAGE)
        any = is_readable(page);
    for (uint64_t page = block; page < block + BLOCK && any; page += PAGE) {
        if (!is_readable(page) && (mprotect((void *)page, PAGE, PROT_READ) || !is_readable(page)))
            continue;
        pages++;
        /* Into the next page as well, in case that the secret straddles the border. */
        uint64_t next = page + PAGE;
        size_t more = next < UINT64_C(1) << 32 && is_readable(next) ? needle_size - 1 : 0;
        search((const unsigned char *)page, PAGE + more, "address");
    }
}

static void search_everything(void)
{
    for (uint64_t block = 0; block < UINT64_C(1) << 32; block += BLOCK)
        search_block(block);
}

static void search_fresh(void)
{
    unsigned char *mapped = mmap(NULL, FRESH_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapped != MAP_FAILED)
        search(mapped, FRESH_BYTES, "fresh mapping");
    unsigned char *grown = sbrk(FRESH_BYTES);
    if (grown != (void *)-1)
        search(grown, FRESH_BYTES, "fresh heap");
}

/* The secret in registers, then the end. */
__attribute__((noreturn)) static void respond_with_registers(const char *secret, size_t size)
{
    uint64_t words[8] = {0};
    memcpy(words, secret, size < sizeof(words) ? size : sizeof(words));
    struct mayfly_string piece = mayfly_text("kept\n");
    struct mayfly_response response = {200, 0, NULL, &piece, 1, 0};
    register void *a0 __asm__("a0") = &response;
    register long a7 __asm__("a7") = MAYFLY_CALL_RESPOND;
    register uint64_t *from __asm__("t6") = words;
    __asm__ volatile(
        ".irp n,0,1,2,3,4,5,6,7\n\t"
        "fld f\\n, 8*\\n(t6)\n\t"
        "fld f1\\n, 8*\\n(t6)\n\t"
        "fld f2\\n, 8*\\n(t6)\n\t"
        ".endr\n\t"
        "ld s2, 0(t6)\n\tld s3, 8(t6)\n\tld s4, 16(t6)\n\tld s5, 24(t6)\n\tld s6, 32(t6)\n\tld s7, 40(t6)\n\t"
        "li t0, 0xf5\n\tfscsr t0\n\tlr.d t0, (%3)\n\t"
        "ld a1, 0(t6)\n\tld a2, 8(t6)\n\tld a3, 16(t6)\n\tld a4, 24(t6)\n\tld t0, 0(t6)\n\tld t1, 8(t6)\n\t"
        "ecall"
        :
        : "r"(a0), "r"(a7), "r"(from), "r"(reservable)
        : "memory");
    __builtin_trap();
}

static void keep(const char *secret, size_t size)
{
    static char statically[64 * 1024];
    volatile char on_stack[8192];
    char *heap = malloc(100000);
    char *mapped = mmap(NULL, 100000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (size_t at = 0; at + size < sizeof(statically); at += 1500)
        memcpy(statically + at, secret, size);
    for (size_t at = 0; at + size < 100000; at += 3000) {
        memcpy(heap + at, secret, size);
        memcpy(mapped + at, secret, size);
    }
    for (size_t i = 0; i < size; i++)
        on_stack[100 + i] = on_stack[8000 - size + i] = secret[i];
    __asm__ volatile("" : : "r"(heap), "r"(mapped), "r"(statically), "r"(on_stack) : "memory"); /* all of it counts */
    printf("%.*s", (int)size, secret); /* stays in the buffer of stdout */
    munmap(mapped + 8 * PAGE, 4 * PAGE);
    mprotect(mapped, PAGE, PROT_NONE);
    free(heap);
    respond_with_registers(secret, size);
}

static void read_needle(const char *hex)
{
    for (unsigned value; needle_size < MAX_NEEDLE && sscanf(hex, "%2x", &value) == 1; hex += 2)
        complement[needle_size++] = (unsigned char)value;
}

int main(void)
{
    char hex[2 * MAX_NEEDLE + 1], answer[5000];

    setvbuf(stdout, malloc(BUFSIZ), _IOFBF, BUFSIZ);
    memset(malloc(1 << 20), 0, 1);
    const struct mayfly_request *request = accept_and_look();
    const struct mayfly_string *secret = mayfly_header_string(request, "X-Secret");
    if (secret)
        keep(secret->data, secret->size);
    if (mayfly_query(request, "needle", hex, sizeof(hex)) < 16)
        mayfly_respond(400, "text/plain", "give X-Secret, or needle= with 8 bytes or more\n");
    read_needle(hex);
    search((const unsigned char *)&registers, sizeof(registers), "registers");
    found += (modes != 0) + (not_reserved == 0);
    search_everything();
    search_fresh();
    snprintf(answer, sizeof(answer), "found %lu in %lu pages\n%s", found, pages, places);
    mayfly_respond(200, "text/plain", answer);
}
