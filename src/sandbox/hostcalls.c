/* SPDX-License-Identifier: Apache-2.0
 *
 * Mayfly's own calls (mayfly/hostcalls.def).
 */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "sandbox/personality.h"

#define LOG_LINE_BYTES 4096

int64_t hostcall_ACCEPT(struct mf_instance *instance, const uint64_t *a)
{
    if ((uint32_t)a[0] != MAYFLY_ABI_VERSION)
        return -ENOSYS;
    if (instance->guest.accepted)
        return -EINVAL;
    instance->guest.accepted = 1;
    instance_stop(instance, MF_STOP_WAITING); /* pc stays here; submit steps over it */
    return 0;
}

int64_t hostcall_LOG(struct mf_instance *instance, const uint64_t *a)
{
    if (a[0] > MAYFLY_LOG_ERROR)
        return -EINVAL;
    size_t size = a[2] < LOG_LINE_BYTES ? (size_t)a[2] : LOG_LINE_BYTES;
    if (!space_readable(&instance->space, a[1], size))
        return -EFAULT;
    instance_charge(instance, CHARGE_OUTPUT + size / CHARGE_BYTES_PER_INSTRUCTION);
    if (instance->host && instance->host->log && journal_says(&instance->journal))
        instance->host->log(instance->user, (int)a[0], (const char *)space_host(&instance->space, a[1]), size);
    return 0;
}

int64_t hostcall_TIME(struct mf_instance *instance, const uint64_t *a)
{
    return personality_clock(instance, clock_wall_coarse);
}

int64_t hostcall_RANDOM(struct mf_instance *instance, const uint64_t *a)
{
    if (a[1] > 1u << 20)
        return -EINVAL;
    return personality_random(instance, a[0], a[1]);
}

/* ---- respond --------------------------------------------------------------------------------------- */

/* Reads a response: its texts lie in two or three regions, so the last two are remembered. The guest does not run
 * meanwhile, so they stay. */
struct reader {
    const struct space *space;
    struct space_range last[2];
};

static bool lies_in(struct space_range range, uint32_t at, uint64_t size)
{
    return at >= range.start && at < range.end && size <= range.end - at;
}

static bool readable(struct reader *reader, uint64_t address, uint64_t size)
{
    uint32_t at = (uint32_t)address;
    if (lies_in(reader->last[0], at, size) || lies_in(reader->last[1], at, size))
        return true;
    const struct space_region *region = space_find(reader->space, at);
    if (!region || !(region->protection & SPACE_READ) || size > region->end - at)
        return space_readable(reader->space, address, size); /* empty, over several regions, or not at all */
    reader->last[1] = reader->last[0];
    reader->last[0] = (struct space_range){region->start, region->end};
    return true;
}

/* Turns a guest's string into a text of the host. */
static bool text_at(struct reader *reader, struct mayfly_string string, struct mf_text *text)
{
    const struct space *space = reader->space;
    if (!readable(reader, string.data, string.size))
        return false;
    *text = (struct mf_text){(const char *)space_host(space, string.data), (size_t)string.size};
    return true;
}

/* NULL, or what is wrong. */
static const char *take_headers(struct mf_instance *instance, struct reader *reader,
                                const struct mayfly_response *response)
{
    uint64_t bytes = (uint64_t)response->header_count * sizeof(struct mayfly_header);
    if (response->header_count > MF_MAX_HEADERS)
        return "more than 128 headers";
    if (!readable(reader, response->headers, bytes))
        return "the header table is not in readable memory";
    for (uint32_t i = 0; i < response->header_count; i++) {
        struct mayfly_header header;
        memcpy(&header, space_host(reader->space, response->headers + i * sizeof header), sizeof header);
        if (!text_at(reader, header.name, &instance->headers[i].name) ||
            !text_at(reader, header.value, &instance->headers[i].value))
            return "a header is not in readable memory";
    }
    return NULL;
}

static const char *take_pieces(struct mf_instance *instance, struct reader *reader,
                               const struct mayfly_response *response)
{
    uint64_t total = 0, bytes = (uint64_t)response->piece_count * sizeof(struct mayfly_string);
    if (response->piece_count > MF_MAX_PIECES)
        return "more than 64 pieces of a body";
    if (!readable(reader, response->pieces, bytes))
        return "the table of the body's pieces is not in readable memory";
    for (uint32_t i = 0; i < response->piece_count; i++) {
        struct mayfly_string piece;
        memcpy(&piece, space_host(reader->space, response->pieces + i * sizeof piece), sizeof piece);
        if (!text_at(reader, piece, &instance->pieces[i]))
            return "the body is not in readable memory";
        total += piece.size; /* at most 64 times 4 GiB */
    }
    if (total > instance->limits->response_size)
        return "the body is larger than the limit";
    instance->response.body_size = (size_t)total;
    return NULL;
}

int64_t hostcall_RESPOND(struct mf_instance *instance, const uint64_t *a)
{
    struct mayfly_response response = {0};
    struct reader reader = {.space = &instance->space};
    const char *wrong = NULL;
    if (!instance->guest.accepted)
        return -EINVAL;
    if (readable(&reader, a[0], sizeof response))
        memcpy(&response, space_host(&instance->space, a[0]), sizeof response);
    else
        wrong = "the response is not in readable memory";
    if (!wrong && (response.status < 200 || response.status > 599))
        wrong = "the status is not 200 to 599";
    if (!wrong)
        wrong = take_headers(instance, &reader, &response);
    if (!wrong)
        wrong = take_pieces(instance, &reader, &response);
    instance_stop(instance, wrong ? MF_STOP_BAD_RESPONSE : MF_STOP_RESPONDED);
    instance->outcome.reason = wrong;
    if (wrong)
        return 0;
    instance->response.status = response.status;
    instance->response.headers = instance->headers;
    instance->response.header_count = response.header_count;
    instance->response.pieces = instance->pieces;
    instance->response.piece_count = response.piece_count;
    return 0;
}
