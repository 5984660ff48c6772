/* SPDX-License-Identifier: Apache-2.0 */
#include "server/code_store.h"

#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memfd.h"
#include "mayfly/sandbox.h"

/* Two entries belong together: ".code", and ".hot" with the addresses of the functions. */
static void make_name(const struct digest *program, const char *kind, char name[CODE_CACHE_NAME])
{
    struct digest_maker maker;
    char text[2 * sizeof program->bytes + 1];
    uint64_t fingerprint = mf_native_fingerprint();
    digest_begin(&maker);
    digest_add(&maker, program, sizeof *program);
    digest_add(&maker, &fingerprint, sizeof fingerprint);
    const struct digest both = digest_end(&maker);
    digest_print(&both, text, sizeof text);
    snprintf(name, CODE_CACHE_NAME, "%s%s", text, kind);
}

static void load_functions(struct code_cache *cache, const struct digest *program, struct hot_code *hot)
{
    char name[CODE_CACHE_NAME];
    uint32_t functions[COMPILER_HOT];
    make_name(program, ".hot", name);
    int list = code_cache_load(cache, name);
    if (list < 0)
        return;
    ssize_t size = pread(list, functions, sizeof functions, 0);
    close(list);
    for (size_t i = 0; size > 0 && i < (size_t)size / sizeof functions[0]; i++)
        (void)hot_code_add(hot, functions[i], HOT_NATIVE, 0);
}

static void keep_functions(struct code_cache *cache, const struct digest *program, const struct hot_code *hot)
{
    char name[CODE_CACHE_NAME];
    uint32_t functions[COMPILER_HOT];
    size_t size = hot_code_native(hot, functions) * sizeof functions[0];
    int list = memfd_create("mayfly-hot", MFD_CLOEXEC);
    if (list < 0)
        return;
    make_name(program, ".hot", name);
    if (size > 0 && write(list, functions, size) == (ssize_t)size)
        code_cache_store(cache, name, list);
    close(list);
}

struct native *code_store_load(struct code_cache *cache, const struct digest *program, struct hot_code *hot)
{
    char name[CODE_CACHE_NAME];
    struct stat status;
    if (!cache)
        return NULL;
    make_name(program, ".code", name);
    int code = code_cache_load(cache, name);
    if (code < 0)
        return NULL;
    struct native *native = NULL;
    if (fstat(code, &status) == 0 && memfd_seal(code) == 0) {
        load_functions(cache, program, hot);
        native = native_create(code, (uint64_t)status.st_size, hot->in_state[HOT_NATIVE]);
    }
    if (!native)
        close(code);
    return native;
}

void code_store_keep(struct code_cache *cache, const struct digest *program, const struct native *native,
                     const struct hot_code *hot)
{
    char name[CODE_CACHE_NAME];
    if (!cache)
        return;
    make_name(program, ".code", name);
    code_cache_store(cache, name, native->descriptor);
    keep_functions(cache, program, hot);
}
