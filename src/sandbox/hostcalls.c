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

/* Turns a guest's string into a text of the host. */
static bool text_at(const struct mf_instance *instance, struct mayfly_string string, struct mf_text *text)
{
    if (!space_readable(&instance->space, string.data, string.size))
        return false;
    *text = (struct mf_text){(const char *)space_host(&instance->space, string.data), (size_t)string.size};
    return true;
}

/* NULL, or what is wrong. */
static const char *take_headers(struct mf_instance *instance, const struct mayfly_response *response)
{
    uint64_t bytes = (uint64_t)response->header_count * sizeof(struct mayfly_header);
    if (response->header_count > MF_MAX_HEADERS)
        return "more than 128 headers";
    if (!space_readable(&instance->space, response->headers, bytes))
        return "the header table is not in readable memory";
    for (uint32_t i = 0; i < response->header_count; i++) {
        struct mayfly_header header;
        memcpy(&header, space_host(&instance->space, response->headers + i * sizeof header), sizeof header);
        if (!text_at(instance, header.name, &instance->headers[i].name) ||
            !text_at(instance, header.value, &instance->headers[i].value))
            return "a header is not in readable memory";
    }
    return NULL;
}

static const char *take_pieces(struct mf_instance *instance, const struct mayfly_response *response)
{
    uint64_t total = 0, bytes = (uint64_t)response->piece_count * sizeof(struct mayfly_string);
    if (response->piece_count > MF_MAX_PIECES)
        return "more than 64 pieces of a body";
    if (!space_readable(&instance->space, response->pieces, bytes))
        return "the table of the body's pieces is not in readable memory";
    for (uint32_t i = 0; i < response->piece_count; i++) {
        struct mayfly_string piece;
        memcpy(&piece, space_host(&instance->space, response->pieces + i * sizeof piece), sizeof piece);
        if (!text_at(instance, piece, &instance->pieces[i]))
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
    const char *wrong = NULL;
    if (!instance->guest.accepted)
        return -EINVAL;
    if (space_readable(&instance->space, a[0], sizeof response))
        memcpy(&response, space_host(&instance->space, a[0]), sizeof response);
    else
        wrong = "the response is not in readable memory";
    if (!wrong && (response.status < 200 || response.status > 599))
        wrong = "the status is not 200 to 599";
    if (!wrong)
        wrong = take_headers(instance, &response);
    if (!wrong)
        wrong = take_pieces(instance, &response);
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
