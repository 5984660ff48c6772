/* SPDX-License-Identifier: Apache-2.0 */
#include "server/bucket.h"

#include "base/clock.h"

#define WAIT_MAX 3600

void bucket_refill(struct bucket *bucket, uint64_t least, int64_t now)
{
    int64_t capacity = (int64_t)(bucket->rate > least ? bucket->rate : least);
    if (!bucket->filled) {
        bucket->filled = now;
        bucket->tokens += capacity;
        return;
    }
    /* A debt may be of many seconds, so the time that it takes to pay it back is not cut to one. */
    double gained = (double)bucket->rate * (double)(now - bucket->filled) / (double)NS_PER_SECOND;
    if (gained < 1)
        return; /* or many calls in a short time would add nothing for ever */
    bucket->filled = now;
    if (gained >= (double)(capacity - bucket->tokens))
        bucket->tokens = capacity;
    else
        bucket->tokens += (int64_t)gained;
}

void bucket_spend(struct bucket *bucket, uint64_t amount)
{
    int64_t taken = (int64_t)(amount < BUCKET_RATE_MAX ? amount : BUCKET_RATE_MAX);
    if (__builtin_sub_overflow(bucket->tokens, taken, &bucket->tokens))
        bucket->tokens = INT64_MIN / 2;
}

unsigned bucket_wait(const struct bucket *bucket)
{
    if (bucket->tokens > 0)
        return 1;
    if (bucket->rate == 0)
        return WAIT_MAX;
    double seconds = (1 - (double)bucket->tokens) / (double)bucket->rate;
    return seconds >= WAIT_MAX ? WAIT_MAX : (unsigned)seconds + 1;
}
