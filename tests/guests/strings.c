/* SPDX-License-Identifier: Apache-2.0
 *
 * The string functions of the C library.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static int sign(int x)
{
    return x < 0 ? -1 : x > 0;
}

static void search(void)
{
    const char *text = "the quick brown fox jumps over the lazy dog";
    printf("%td %td %td\n", strstr(text, "the") - text, strstr(text, "lazy") - text, strrchr(text, 'o') - text);
    printf("%td %s %td\n", strchr(text, 'q') - text, strchr(text, 'Q') ? "found" : "none", strchr(text, '\0') - text);
    printf("%zu %zu %td\n", strspn(text, "eht "), strcspn(text, "q"), strpbrk(text, "xyz") - text);
    printf("%td %s\n", (char *)memchr(text, 'f', 43) - text, memchr(text, 'z', 5) ? "found" : "none");
    printf("%td %s\n", (char *)memmem(text, 43, "over", 4) - text, strcasestr(text, "FOX"));
}

static void compare(void)
{
    printf("%d %d %d %d\n", sign(strcmp("a", "b")), sign(strcmp("b", "a")), sign(strcmp("", "")),
           sign(strcmp("a", "")));
    printf("%d %d %d\n", sign(strncmp("abcd", "abce", 3)), sign(strncmp("abcd", "abce", 4)), sign(strcmp("\xff", "a")));
    printf("%d %d\n", sign(strcasecmp("HeLLo", "hEllO")), sign(strncasecmp("HELP", "helm", 3)));
    printf("%d %d\n", sign(memcmp("a\0b", "a\0c", 3)), sign(memcmp("a\0b", "a\0c", 2)));
}

static void change(void)
{
    char buffer[64] = "", *state, copy[] = "a,b;;c,,d";
    strcpy(buffer, "hello");
    strcat(buffer, ", ");
    size_t part = 5;
    __asm__("" : "+r"(part)); /* not the compiler's business */
    strncat(buffer, "world and more", part);
    printf("%s %zu\n", buffer, strlen(buffer));
    strncpy(buffer, "xy", 5);
    printf("%s|%s\n", buffer, buffer + 5);
    for (char *token = strtok_r(copy, ",;", &state); token; token = strtok_r(NULL, ",;", &state))
        printf("<%s>", token);
    printf("\n%s %s\n", stpcpy(buffer, "end") - 3, strerror(2));
    char *duplicate = strdup("copied");
    printf("%s %zu %s\n", duplicate, strnlen("abcdef", 3), strsignal(11));
    printf("%s %s\n", strerror(22), basename("/a/b/c"));
}

int main(void)
{
    search();
    compare();
    change();
    for (int c = 0; c < 128; c++)
        putchar('0' + ((isalpha(c) != 0) | (isdigit(c) != 0) << 1 | (isspace(c) != 0) << 2 | (ispunct(c) != 0) << 3 |
                       (iscntrl(c) != 0) << 4));
    printf("\n%c%c\n", toupper('a'), tolower('Z'));
    return 0;
}
