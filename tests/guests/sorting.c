/* SPDX-License-Identifier: Apache-2.0
 *
 * qsort, bsearch, trees and hash tables of the C library.
 */
#include <search.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned long compared;

static int by_number(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    compared++;
    return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

struct record {
    char name[13];
    int age;
};

static int by_record(const void *a, const void *b)
{
    const struct record *x = a, *y = b;
    return x->age != y->age ? x->age - y->age : strcmp(x->name, y->name);
}

static void visit(const void *node, VISIT order, int level)
{
    if (order == postorder || order == leaf)
        printf("%s ", *(char *const *)node);
    (void)level;
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(a, b);
}

int main(void)
{
    static int numbers[10000];
    uint32_t seed = 12345;
    for (int i = 0; i < 10000; i++)
        numbers[i] = (int)((seed = seed * 1664525 + 1013904223) >> 8) - 5000000;
    qsort(numbers, 10000, sizeof(int), by_number);
    uint64_t hash = 0;
    for (int i = 0; i < 10000; i++) {
        hash = hash * 31 + (uint32_t)numbers[i];
        if (i && numbers[i - 1] > numbers[i])
            printf("not sorted at %d\n", i);
    }
    printf("%lx %lu\n", hash, compared);
    int *found = bsearch(&numbers[777], numbers, 10000, sizeof(int), by_number), missing = 1 << 30;
    printf("%td %p\n", found - numbers, bsearch(&missing, numbers, 10000, sizeof(int), by_number));
    const char *words[] = {"pear", "apple", "fig", "banana", "cherry", "date", "elder", "grape"};
    qsort(words, 8, sizeof(words[0]), by_text);
    for (int i = 0; i < 8; i++)
        printf("%s ", words[i]);
    struct record records[] = {{"zoe", 30}, {"adam", 30}, {"eve", 25}, {"bob", 41}, {"carl", 25}};
    qsort(records, 5, sizeof(records[0]), by_record);
    for (int i = 0; i < 5; i++)
        printf("%s:%d ", records[i].name, records[i].age);
    void *root = NULL;
    for (int i = 0; i < 8; i++)
        tsearch(words[(i * 5) % 8], &root, compare_keys);
    printf("\n");
    twalk(root, visit);
    hcreate(32);
    for (int i = 0; i < 8; i++)
        hsearch((ENTRY){.key = (char *)(uintptr_t)words[i], .data = (void *)(uintptr_t)(i + 1)}, ENTER);
    ENTRY *entry = hsearch((ENTRY){.key = (char *)(uintptr_t) "fig"}, FIND);
    printf("\n%lu %s\n", (unsigned long)(uintptr_t)entry->data,
           hsearch((ENTRY){.key = (char *)(uintptr_t) "kiwi"}, FIND) ? "?" : "none");
    return 0;
}
