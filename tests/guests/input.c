/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading stdin in every way until its end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(void)
{
    char line[32], *whole = NULL;
    size_t capacity = 0;
    int number = 0;

    printf("char '%c'\n", getchar());
    ungetc('!', stdin);
    printf("line '%s'\n", strtok(fgets(line, sizeof(line), stdin), "\n"));
    printf("scanf %d", scanf("%d", &number));
    printf(" %d\n", number);
    for (ssize_t length; (length = getline(&whole, &capacity, stdin)) >= 0;)
        printf("getline %zd '%.20s'\n", length, strtok(whole, "\n") ? whole : "");
    printf("end %d %d, read %zd\n", feof(stdin), ferror(stdin), read(0, line, sizeof(line)));
    return 0;
}
