/* SPDX-License-Identifier: Apache-2.0 */
#include "tier/code_cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"

#define KEY_FILE "key"
#define KEY_SIZE 32
#define MAC_SIZE 32
#define MAGIC    "mayflyc1"
#define SUFFIX   ".native"

/* Before the bytes of an entry. */
struct head {
    char magic[8];
    uint8_t mac[MAC_SIZE]; /* of the name with its end, zeros up to CODE_CACHE_NAME, then the bytes */
};

struct code_cache {
    int folder;
    uint64_t limit;
    uint8_t key[KEY_SIZE];
    char path[PATH_MAX]; /* for messages */
};

/* ---- the folder and its key -------------------------------------------------------------------------- */

static void make_folders(const char *folder)
{
    char path[PATH_MAX];
    if ((size_t)snprintf(path, sizeof path, "%s", folder) >= sizeof path)
        return;
    for (char *at = path + 1; *at; at++)
        if (*at == '/') {
            *at = '\0';
            (void)mkdir(path, 0700);
            *at = '/';
        }
    (void)mkdir(path, 0700);
}

/* A new key under a name of its own; whoever links first has made the key of all. */
static void make_key(const struct code_cache *cache)
{
    uint8_t key[KEY_SIZE];
    char temporary[32];
    snprintf(temporary, sizeof temporary, "new-key-%d", (int)getpid());
    if (getrandom(key, sizeof key, 0) != sizeof key)
        return;
    int file = openat(cache->folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return;
    if (write(file, key, sizeof key) == sizeof key)
        (void)linkat(cache->folder, temporary, cache->folder, KEY_FILE, 0);
    close(file);
    (void)unlinkat(cache->folder, temporary, 0);
}

static bool read_key(struct code_cache *cache)
{
    struct stat status;
    int file = openat(cache->folder, KEY_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        make_key(cache);
        file = openat(cache->folder, KEY_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    }
    if (file < 0)
        return false;
    bool good = fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() &&
                !(status.st_mode & 077) && status.st_size == KEY_SIZE && read(file, cache->key, KEY_SIZE) == KEY_SIZE;
    close(file);
    if (!good)
        errno = EPERM;
    return good;
}

struct code_cache *code_cache_open(const char *folder, uint64_t limit)
{
    struct stat status;
    struct code_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->limit = limit;
    snprintf(cache->path, sizeof cache->path, "%s", folder);
    make_folders(folder);
    cache->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cache->folder < 0 || fstat(cache->folder, &status)) {
        log_warning("code cache %s: %s: native code is not kept", folder, strerror(errno));
    } else if (status.st_uid != geteuid() || (status.st_mode & 022)) {
        log_warning("code cache %s: others may write to this folder: native code is not kept. Give it to this user "
                    "alone (chmod 700)",
                    folder);
    } else if (!read_key(cache)) {
        log_warning(
            "code cache %s: its key cannot be used (%s): native code is not kept. Remove %s/%s, which must be a "
            "file of this user's with mode 600",
            folder, strerror(errno), folder, KEY_FILE);
    } else {
        return cache;
    }
    code_cache_close(cache);
    return NULL;
}

void code_cache_close(struct code_cache *cache)
{
    if (!cache)
        return;
    if (cache->folder >= 0)
        close(cache->folder);
    OPENSSL_cleanse(cache->key, sizeof cache->key);
    free(cache);
}

/* ---- entries ----------------------------------------------------------------------------------------- */

static bool file_name(const char *name, char out[CODE_CACHE_NAME + sizeof SUFFIX])
{
    size_t size = strlen(name);
    if (!size || size >= CODE_CACHE_NAME || strchr(name, '/'))
        return false;
    snprintf(out, CODE_CACHE_NAME + sizeof SUFFIX, "%s" SUFFIX, name);
    return true;
}

/* The MAC of the entry `name` with the bytes of `file`, a memfd that nobody else writes to. */
static bool authenticate(const struct code_cache *cache, const char *name, int file, uint8_t mac[MAC_SIZE])
{
    struct stat status;
    char prefix[CODE_CACHE_NAME] = {0};
    size_t size = MAC_SIZE;
    if (fstat(file, &status) || status.st_size <= 0 || status.st_size > CODE_CACHE_ENTRY)
        return false;
    size_t length = (size_t)status.st_size;
    void *bytes = mmap(NULL, length, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED)
        return false;
    snprintf(prefix, sizeof prefix, "%s", name);
    EVP_MAC *kind = EVP_MAC_fetch(NULL, "HMAC", NULL);
    EVP_MAC_CTX *context = kind ? EVP_MAC_CTX_new(kind) : NULL;
    const OSSL_PARAM options[] = {OSSL_PARAM_construct_utf8_string("digest", (char[]){"SHA256"}, 0), OSSL_PARAM_END};
    bool good = context && EVP_MAC_init(context, cache->key, KEY_SIZE, options) == 1 &&
                EVP_MAC_update(context, (const uint8_t *)prefix, sizeof prefix) == 1 &&
                EVP_MAC_update(context, bytes, length) == 1 && EVP_MAC_final(context, mac, &size, MAC_SIZE) == 1 &&
                size == MAC_SIZE;
    EVP_MAC_CTX_free(context);
    EVP_MAC_free(kind);
    munmap(bytes, length);
    return good;
}

/* `size` bytes from where both files stand. */
static bool copy(int from, int to, int64_t size)
{
    while (size > 0) {
        ssize_t done = sendfile(to, from, NULL, size > (1 << 30) ? 1 << 30 : (size_t)size);
        if (done <= 0 && !(done < 0 && errno == EINTR))
            return false;
        size -= done > 0 ? done : 0;
    }
    return true;
}

/* Copied first and checked then, so that nothing can change in between. */
static int load_checked(const struct code_cache *cache, const char *name, int file)
{
    struct stat status;
    struct head head;
    uint8_t mac[MAC_SIZE];
    if (fstat(file, &status) || !S_ISREG(status.st_mode) || status.st_size <= (off_t)sizeof head ||
        status.st_size > CODE_CACHE_ENTRY || read(file, &head, sizeof head) != sizeof head ||
        memcmp(head.magic, MAGIC, sizeof head.magic) != 0)
        return -1;
    int output = memfd_create("mayfly-native", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (output < 0)
        return -1;
    if (copy(file, output, status.st_size - (off_t)sizeof head) && authenticate(cache, name, output, mac) &&
        CRYPTO_memcmp(mac, head.mac, MAC_SIZE) == 0)
        return output;
    close(output);
    return -1;
}

int code_cache_load(struct code_cache *cache, const char *name)
{
    char path[CODE_CACHE_NAME + sizeof SUFFIX];
    if (!file_name(name, path))
        return -1;
    int file = openat(cache->folder, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (file < 0 && errno == ENOENT)
        return -1;
    int output = file < 0 ? -1 : load_checked(cache, name, file);
    if (output < 0) {
        log_warning("code cache: %s/%s is damaged or not of this cache: it is not used, and removed", cache->path,
                    path);
        (void)unlinkat(cache->folder, path, 0);
    } else {
        (void)futimens(file, NULL); /* used just now */
    }
    if (file >= 0)
        close(file);
    return output;
}

/* ---- the limit --------------------------------------------------------------------------------------- */

struct entry {
    char name[CODE_CACHE_NAME + sizeof SUFFIX];
    uint64_t size;
    struct timespec used;
};

static int longest_ago_first(const void *left, const void *right)
{
    const struct timespec *a = &((const struct entry *)left)->used, *b = &((const struct entry *)right)->used;
    if (a->tv_sec != b->tv_sec)
        return a->tv_sec < b->tv_sec ? -1 : 1;
    return (a->tv_nsec > b->tv_nsec) - (a->tv_nsec < b->tv_nsec);
}

/* The entries of the folder, which the caller frees; other files are not ours to judge. */
static struct entry *list_entries(const struct code_cache *cache, size_t *count, uint64_t *total)
{
    struct entry *entries = NULL;
    struct stat status;
    size_t capacity = 0;
    *count = *total = 0;
    int again = openat(cache->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = again < 0 ? NULL : fdopendir(again);
    if (!folder) {
        if (again >= 0)
            close(again);
        return NULL;
    }
    for (struct dirent *item; (item = readdir(folder));) {
        size_t size = strlen(item->d_name), end = sizeof SUFFIX - 1;
        if (size <= end || size >= sizeof entries->name || strcmp(item->d_name + size - end, SUFFIX) != 0 ||
            fstatat(cache->folder, item->d_name, &status, AT_SYMLINK_NOFOLLOW) || !S_ISREG(status.st_mode))
            continue;
        if (*count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            struct entry *more = realloc(entries, capacity * sizeof *more);
            if (!more)
                break;
            entries = more;
        }
        struct entry *entry = &entries[(*count)++];
        *entry = (struct entry){.size = (uint64_t)status.st_size, .used = status.st_mtim};
        snprintf(entry->name, sizeof entry->name, "%s", item->d_name);
        *total += entry->size;
    }
    closedir(folder);
    return entries;
}

static void evict(const struct code_cache *cache)
{
    size_t count;
    uint64_t total;
    struct entry *entries = list_entries(cache, &count, &total);
    if (entries && total > cache->limit)
        qsort(entries, count, sizeof *entries, longest_ago_first);
    for (size_t i = 0; i < count && total > cache->limit; i++)
        if (unlinkat(cache->folder, entries[i].name, 0) == 0)
            total -= entries[i].size;
    free(entries);
}

void code_cache_store(struct code_cache *cache, const char *name, int file)
{
    char path[CODE_CACHE_NAME + sizeof SUFFIX], temporary[32];
    struct head head = {.magic = MAGIC};
    struct stat status;
    if (!file_name(name, path) || !authenticate(cache, name, file, head.mac) || fstat(file, &status))
        return;
    snprintf(temporary, sizeof temporary, "new-%d", (int)getpid());
    (void)unlinkat(cache->folder, temporary, 0); /* of a process that died and had our number */
    int entry = openat(cache->folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = entry >= 0 && write(entry, &head, sizeof head) == sizeof head && lseek(file, 0, SEEK_SET) == 0 &&
                copy(file, entry, status.st_size) && renameat(cache->folder, temporary, cache->folder, path) == 0;
    if (!good) {
        log_warning("code cache: %s/%s cannot be written: %s", cache->path, path, strerror(errno));
        (void)unlinkat(cache->folder, temporary, 0);
    }
    if (entry >= 0)
        close(entry);
    evict(cache);
}
