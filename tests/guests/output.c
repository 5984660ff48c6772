/* SPDX-License-Identifier: Apache-2.0
 *
 * writev, write of nothing and of much, unbuffered and fully buffered stdio, stdout and stderr in turn.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

int main(void)
{
    struct iovec pieces[] = {{"one ", 4}, {NULL, 0}, {"two ", 4}, {"three\n", 6}};
    volatile int count = -1;
    static char much[70000];
    ssize_t written = writev(1, pieces, 4);
    printf("writev %zd\n", written);
    fflush(stdout);
    printf("nothing %zd", write(1, much, 0));
    printf(" none %zd\n", writev(1, pieces, 0));
    fflush(stdout);
    memset(much, 'm', sizeof(much) - 1);
    much[sizeof(much) - 1] = '\n';
    for (size_t at = 0; at < sizeof(much); at += (size_t)written)
        if ((written = write(1, much + at, sizeof(much) - at)) <= 0)
            return 1;
    fprintf(stderr, "to stderr %d\n", 1);
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("a");
    fputs("b", stdout);
    putchar('c');
    fprintf(stderr, "to stderr %d\n", 2);
    printf("\n");
    errno = 0;
    written = write(99, "x", 1);
    printf("%zd errno %d\n", written, errno);
    written = writev(1, pieces, count);
    printf("%zd errno %d\n", written, errno);
    perror("as a message");
    return 0;
}
