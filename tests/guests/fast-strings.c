/* SPDX-License-Identifier: Apache-2.0
 *
 * The SDK's memcpy(), strcmp() and their kin against plain loops: every size, alignment, overlap and place of a
 * difference, from the first byte behind a page that cannot be read and up to the last before another.
 * flags: -D_GNU_SOURCE -march=rv64gc_zba_zbb_zbs -fno-builtin
 * sources: ../../sdk/c/string.c
 */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>

#define PAGE 4096

static unsigned long wrong;
static unsigned char *area; /* two pages that can be used; none behind */
static unsigned char model[2 * PAGE];

static void expect(int condition, const char *what, size_t size, size_t a, size_t b)
{
    if (!condition && wrong++ < 10)
        printf("%s: size %zu, offsets %zu %zu\n", what, size, a, b);
}

static void fill(void)
{
    static uint32_t seed = 1;
    for (size_t i = 0; i < 2 * PAGE; i++) {
        seed = seed * 1664525 + 1013904223;
        area[i] = model[i] = (unsigned char)(seed >> 24);
    }
}

static int same(void)
{
    for (size_t i = 0; i < 2 * PAGE; i++)
        if (area[i] != model[i])
            return 0;
    return 1;
}

/* a: target, b: source. */
static void copies(size_t size, size_t a, size_t b)
{
    unsigned char kept[512];
    fill();
    expect(memmove(area + a, area + b, size) == area + a, "memmove result", size, a, b);
    for (size_t i = 0; i < size; i++)
        kept[i] = model[b + i];
    for (size_t i = 0; i < size; i++)
        model[a + i] = kept[i];
    expect(same(), "memmove", size, a, b);
    if (a + size > b && b + size > a)
        return;
    fill();
    expect(memcpy(area + a, area + b, size) == area + a, "memcpy result", size, a, b);
    for (size_t i = 0; i < size; i++)
        model[a + i] = model[b + i];
    expect(same(), "memcpy", size, a, b);
}

static void sets(size_t size, size_t a)
{
    fill();
    expect(memset(area + a, 0x1a5, size) == area + a, "memset result", size, a, 0);
    for (size_t i = 0; i < size; i++)
        model[a + i] = 0xa5;
    expect(same(), "memset", size, a, 0);
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

/* As the standard says: bytes without sign, none behind a zero byte that both have. */
static int plain_order(const unsigned char *a, const unsigned char *b, size_t size, int ends)
{
    for (size_t i = 0; i < size; i++) {
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
        if (ends && a[i] == 0)
            return 0;
    }
    return 0;
}

static void orders(size_t size, size_t a, size_t b)
{
    const unsigned char *left = area + a, *right = area + b;
    const char *x = (const char *)left, *y = (const char *)right;
    int order = plain_order(left, right, size, 0), text = plain_order(left, right, size, 1);

    expect(sign(memcmp(left, right, size)) == order, "memcmp", size, a, b);
    expect(sign(memcmp(right, left, size)) == -order, "memcmp, turned", size, a, b);
    expect(bcmp(left, right, size) ? order : !order, "bcmp", size, a, b);
    expect(sign(strncmp(x, y, size)) == text, "strncmp", size, a, b);
    expect(sign(strncmp(y, x, size)) == -text, "strncmp, turned", size, a, b);
}

/* Of strings that end within the size. */
static void text_orders(size_t size, size_t a, size_t b)
{
    const char *x = (const char *)area + a, *y = (const char *)area + b;
    int order = plain_order(area + a, area + b, size, 1);

    expect(sign(strcmp(x, y)) == order, "strcmp", size, a, b);
    expect(sign(strcmp(y, x)) == -order, "strcmp, turned", size, a, b);
    expect(sign(strncmp(x, y, SIZE_MAX)) == order, "strncmp unbounded", size, a, b);
    expect(sign(strncmp(x, y, size + 1)) == order, "strncmp beyond", size, a, b);
}

/* One byte is another, with what follows different as well, and with a zero byte somewhere. */
static void differences(size_t size, size_t a, size_t b, size_t at)
{
    static const unsigned char changes[] = {1, 0x80, 0xff};
    unsigned char *left = area + a, *right = area + b, before = left[at];

    for (size_t i = 0; i < sizeof changes; i++) {
        left[at] = before ^ changes[i];
        for (size_t limit = 0; limit <= size; limit++)
            orders(limit, a, b);
        unsigned char last = left[size - 1];
        left[size - 1] ^= 0x40;
        orders(size, a, b);
        left[size - 1] = last;
        unsigned char left_end = left[size - 1], right_end = right[size - 1];
        left[size - 1] = right[size - 1] = 0;
        text_orders(size, a, b);
        left[size - 1] = left_end, right[size - 1] = right_end;
    }
    left[at] = 0;
    orders(size, a, b);
    right[size - 1] ^= 0x80;
    right[size - 1] = right[size - 1] ? right[size - 1] : 1;
    unsigned char end = right[size - 1];
    right[size - 1] = 0;
    text_orders(size, a, b);
    right[size - 1] = end;
    unsigned char same = right[at];
    right[at] = 0; /* both end here; what follows differs */
    orders(size, a, b);
    text_orders(size, a, b);
    right[at] = same;
    left[at] = before;
}

static void comparisons(size_t size, size_t a, size_t b)
{
    for (size_t at = 0; at < size; at++) {
        for (size_t i = 0; i < size; i++)
            area[a + i] = area[b + i] = (unsigned char)(i * 37 + 128) ? (unsigned char)(i * 37 + 128) : 1;
        orders(size, a, b);
        differences(size, a, b, at);
    }
    if (size == 0)
        orders(size, a, b);
}

static void searches_forward(const char *text, size_t size, size_t at, int byte, const char *found)
{
    size_t start = (size_t)((const unsigned char *)text - area);
    expect(memchr(text, byte, size) == found, "memchr", size, start, at);
    expect(!found || memchr(text, byte + 256, SIZE_MAX) == found, "memchr unbounded", size, start, at);
    expect(!found || rawmemchr(text, byte + 256) == found, "rawmemchr", size, start, at);
}

static const char *last_place(const char *text, size_t size, int byte)
{
    while (size-- > 0)
        if (text[size] == (char)byte)
            return text + size;
    return NULL;
}

/* A string that ends at the last of `size` bytes, with a byte at one place, before it perhaps, and perhaps behind it.
 */
static void searches_of(size_t size, size_t a, size_t at, int byte)
{
    char *text = (char *)area + a, *found = at < size - 1 ? text + at : NULL, *end = text + size - 1;
    text[at] = (char)byte;
    *end = 0;
    searches_forward(text, size, at, byte, text + at == end ? NULL : text + at);
    searches_forward(text, at, at, byte, NULL);
    expect(strchr(text, byte) == found, "strchr", size, a, at);
    expect(strchr(text, byte - 256) == found, "strchr of an int", size, a, at);
    expect(index(text, byte) == found, "index", size, a, at);
    expect(strchrnul(text, byte) == (found ? found : end), "strchrnul", size, a, at);
    for (size_t other = 0; other < size; other += 1 + other / 9) { /* a second one */
        char before = text[other];
        if (other != size - 1)
            text[other] = (char)byte;
        const char *last = last_place(text, size, byte);
        expect(strrchr(text, byte) == last, "strrchr", size, a, at);
        expect(rindex(text, byte - 256) == last, "rindex", size, a, at);
        expect(memrchr(text, byte + 256, size) == last, "memrchr", size, a, at);
        expect(memrchr(text, byte, at) == last_place(text, at, byte), "memrchr before", size, a, at);
        text[other] = before;
    }
}

static void lengths_of(size_t size, size_t a, size_t length)
{
    char *text = (char *)area + a, before = text[length];
    text[length] = 0;
    expect(strlen(text) == length, "strlen", size, a, length);
    for (size_t limit = 0; limit <= size; limit++)
        expect(strnlen(text, limit) == (limit < length ? limit : length), "strnlen", size, a, limit);
    expect(strnlen(text, SIZE_MAX) == length, "strnlen unbounded", size, a, length);
    expect(strchr(text, 0) == text + length, "strchr of the end", size, a, length);
    expect(strrchr(text, 0) == text + length, "strrchr of the end", size, a, length);
    expect(strchrnul(text, 0) == text + length, "strchrnul of the end", size, a, length);
    if (length < size - 1) {
        text[size - 1] ^= 0x80; /* what is behind the end does not matter */
        expect(strchr(text, text[size - 1]) == memchr(text, text[size - 1], length), "strchr behind", size, a, length);
        expect(strrchr(text, text[size - 1]) == memrchr(text, text[size - 1], length), "strrchr behind", size, a,
               length);
        text[size - 1] ^= 0x80;
    }
    text[length] = before;
}

static void searches(size_t size, size_t a)
{
    static const int bytes[] = {0xff, 0x80, 1, 0x81};

    for (size_t at = 0; at < size; at++) {
        for (size_t i = 0; i < sizeof bytes / sizeof *bytes; i++) {
            for (size_t j = 0; j < size; j++)
                area[a + j] = (unsigned char)(j % 100 + 2);
            searches_of(size, a, at, bytes[i]);
        }
        for (size_t j = 0; j < size; j++)
            area[a + j] = (unsigned char)(j % 250 + 1);
        lengths_of(size, a, at);
    }
    expect(memchr(area + a, 5, 0) == NULL, "memchr of nothing", size, a, 0);
    expect(memrchr(area + a, 5, 0) == NULL, "memrchr of nothing", size, a, 0);
    expect(strnlen((char *)area + a, 0) == 0, "strnlen of nothing", size, a, 0);
}

/* a: target, b: source. */
static void text_copies(size_t size, size_t a, size_t b)
{
    if (size == 0)
        return;
    for (int end = 0; end < 2; end++) {
        fill();
        for (size_t i = 0; i < size; i++)
            area[b + i] = model[b + i] = (unsigned char)(model[b + i] ? model[b + i] : 0x80);
        area[b + size - 1] = model[b + size - 1] = 0;
        char *to = (char *)area + a, *from = (char *)area + b;
        char *result = end ? stpcpy(to, from) : strcpy(to, from);
        expect(result == to + (end ? size - 1 : 0), "strcpy result", size, a, b);
        for (size_t i = 0; i < size; i++)
            model[a + i] = model[b + i];
        expect(same(), end ? "stpcpy" : "strcpy", size, a, b);
    }
}

static void all_of(size_t size, size_t shift)
{
    size_t end = 2 * PAGE - size - shift, middle = PAGE - shift * 5;

    copies(size, end, 100 + shift * 3);
    copies(size, 100 + shift, end);
    copies(size, 500, 500 + shift);
    copies(size, 500 + shift, 500);
    copies(size, 500 + 7 * shift, 510);
    sets(size, end);
    comparisons(size, end, 8 + shift * 3);
    comparisons(size, shift, end - 100 + shift);
    comparisons(size, middle, end);
    searches(size, end);
    searches(size, shift);
    searches(size, middle);
    text_copies(size, end, shift);
    text_copies(size, shift, end);
    text_copies(size, 1000, middle);
}

int main(void)
{
    unsigned char *start = mmap(NULL, 4 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    area = start + PAGE;
    mprotect(start, PAGE, PROT_NONE);
    mprotect(area + 2 * PAGE, PAGE, PROT_NONE);
    for (size_t size = 0; size <= 42; size++)
        for (size_t shift = 0; shift < 9; shift++)
            all_of(size, shift);
    for (size_t size = 43; size <= 100; size += 3)
        all_of(size, size % 9);
    copies(500, 1000, 1001), copies(500, 1001, 1000), copies(511, 3, 5000);
    printf("%lu wrong\n", wrong);
    return wrong != 0;
}
