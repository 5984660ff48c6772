/* SPDX-License-Identifier: Apache-2.0
 *
 * Embedding libmayfly: runs a request handler many times in a pool of instances and audits every one. Uses nothing but
 * the public header:
 *
 *     cc embed.c $(pkg-config --cflags --libs mayfly) -o embed && ./embed PROGRAM [REQUESTS]
 *
 * Prints the first answer, how often each status came, and what the audit found; exits with 1 if any request was not
 * answered as the first one was or left a trace.
 */
#include <mayfly/sandbox.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(literal)                                                                                                  \
    {                                                                                                                  \
        literal, sizeof(literal) - 1                                                                                   \
    }
#define FUEL     UINT64_C(1000000000)
#define MAX_BODY 65536

struct totals {
    unsigned long requests, different, mismatches;
    unsigned long pages;
    unsigned long long instructions;
    char first[MAX_BODY];
    size_t first_size;
};

static void *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    char *bytes = NULL;
    if (file && fseek(file, 0, SEEK_END) == 0 && ftell(file) > 0) {
        *size = (size_t)ftell(file);
        rewind(file);
        bytes = malloc(*size);
        if (bytes && fread(bytes, 1, *size, file) != *size) {
            free(bytes);
            bytes = NULL;
        }
    }
    if (file)
        fclose(file);
    return bytes;
}

static void on_output(void *user, int descriptor, const char *bytes, size_t size)
{
    fwrite(bytes, 1, size, stderr);
}

/* The body in one piece; its size. */
static size_t join_body(const struct mf_response *response, char *body)
{
    size_t size = 0;
    for (size_t i = 0; i < response->piece_count; i++) {
        size_t room = MAX_BODY - size, piece = response->pieces[i].size;
        memcpy(body + size, response->pieces[i].data, piece < room ? piece : room);
        size += piece < room ? piece : room;
    }
    return size;
}

static void take_answer(struct totals *totals, const struct mf_instance *instance, const struct mf_outcome *outcome)
{
    static char body[MAX_BODY];
    totals->requests++;
    totals->instructions += outcome->instructions;
    if (outcome->stop != MF_STOP_RESPONDED) {
        if (totals->different++ == 0)
            printf("request %lu: %s %s\n", totals->requests, mf_stop_name(outcome->stop), mf_trap_name(outcome->trap));
        return;
    }
    size_t size = join_body(mf_instance_response(instance), body);
    if (totals->requests == 1) {
        memcpy(totals->first, body, size);
        totals->first_size = size;
        printf("%u, %zu bytes:\n%.*s\n", mf_instance_response(instance)->status, size, (int)size, body);
    } else if (size != totals->first_size || memcmp(body, totals->first, size) != 0) {
        totals->different++;
    }
}

static int serve(struct mf_pool *pool, struct totals *totals, unsigned long requests)
{
    static const struct mf_header headers[] = {{TEXT("Host"), TEXT("localhost")}};
    static const struct mf_request request = {
        .method = TEXT("GET"),
        .target = TEXT("/"),
        .path = TEXT("/"),
        .client = TEXT("127.0.0.1"),
        .headers = headers,
        .header_count = 1,
        .version = 11,
    };
    struct mf_diagnostic why;
    struct mf_outcome outcome;
    for (unsigned long i = 0; i < requests; i++) {
        struct mf_instance *instance = mf_pool_acquire(pool, &why);
        if (!instance || mf_instance_submit(instance, &request)) {
            fprintf(stderr, "no instance takes the request: %s\n", instance ? "it does not fit" : why.text);
            return 1;
        }
        mf_instance_run(instance, FUEL, &outcome);
        take_answer(totals, instance, &outcome);
        totals->pages += (unsigned long)mf_instance_rollback(instance);
        if (mf_instance_audit(instance, false, &why)) {
            if (totals->mismatches++ == 0)
                printf("audit: %s\n", why.text);
            mf_pool_discard(pool, instance);
        } else {
            (void)mf_pool_release(pool, instance);
        }
    }
    return 0;
}

int main(int argc, char **argv)
{
    static struct totals totals;
    static const struct mf_host host = {.output = on_output};
    struct mf_diagnostic why;
    struct mf_program *program;
    struct mf_pool *pool;
    size_t size;
    void *elf = argc > 1 ? read_file(argv[1], &size) : NULL;
    if (!elf) {
        fprintf(stderr, "usage: %s PROGRAM [REQUESTS]\n", argv[0]);
        return 2;
    }
    int failed =
        mf_program_create(&program, &(struct mf_program_options){.elf = elf, .elf_size = size, .host = &host}, &why);
    free(elf);
    if (failed || mf_pool_create(&pool, program, &host, 4, &why)) {
        fprintf(stderr, "%s\n", why.text);
        mf_program_destroy(program);
        return 1;
    }
    failed = serve(pool, &totals, argc > 2 ? strtoul(argv[2], NULL, 10) : 1);
    printf("%lu requests, %lu not as the first, %lu mismatches in the audit, %llu instructions, %lu pages restored\n",
           totals.requests, totals.different, totals.mismatches, totals.instructions, totals.pages);
    mf_pool_destroy(pool);
    mf_program_destroy(program);
    return failed || totals.different || totals.mismatches;
}
