/* SPDX-License-Identifier: Apache-2.0
 *
 * Streams in memory, formats to them, positions, ungetc, wide characters.
 * flags: -D_GNU_SOURCE
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int main(void)
{
    char *text = NULL, fixed[64];
    size_t size = 0;
    FILE *stream = open_memstream(&text, &size);
    for (int i = 0; i < 200; i++)
        fprintf(stream, "%d,", i * i);
    fclose(stream);
    printf("%zu %.20s ... %s\n", size, text, text + size - 6);
    stream = fmemopen(text, size, "r");
    int value = 0, count = 0;
    long sum = 0;
    while (fscanf(stream, "%d,", &value) == 1)
        sum += value, count++;
    printf("%d %ld %d\n", count, sum, feof(stream));
    rewind(stream);
    fseek(stream, 10, SEEK_SET);
    printf("%ld '%c' ", ftell(stream), fgetc(stream));
    ungetc('Z', stream);
    printf("'%c' %ld\n", fgetc(stream), ftell(stream));
    fclose(stream);
    stream = fmemopen(fixed, sizeof(fixed), "w+");
    fputs("some words here", stream);
    fseek(stream, 5, SEEK_SET);
    fputs("WORDS", stream);
    fclose(stream);
    printf("%s\n", fixed);
    wchar_t wide[32];
    swprintf(wide, 32, L"%d %ls %s", 5, L"wide", "narrow");
    printf("%zu %ls %d\n", wcslen(wide), wide, wcscmp(wide, L"5 wide"));
    printf("%ld %d\n", wcstol(L"-77x", NULL, 10), asprintf(&text, "%s-%d", "made", 3));
    puts(text);
    free(text);
    return 0;
}
