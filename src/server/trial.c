/* SPDX-License-Identifier: Apache-2.0 */
#include "server/trial.h"

static struct trial_counts count(const struct metrics *metrics, size_t slot)
{
    struct metrics_tenant sum;
    metrics_sum_tenant(metrics, slot, &sum);
    return (struct trial_counts){.crashes = sum.trapped + sum.exited + sum.bad_response, .answers = sum.responded};
}

void trial_begin(struct trial *trial, const struct metrics *metrics, size_t slot, int64_t until)
{
    struct trial_counts now = count(metrics, slot);
    *trial = (struct trial){.on = true, .until = until, .crashes = now.crashes, .answers = now.answers};
}

enum trial_state trial_look(const struct trial *trial, const struct metrics *metrics, size_t slot, uint64_t most,
                            int64_t now, struct trial_counts *since)
{
    *since = count(metrics, slot);
    since->crashes -= trial->crashes;
    since->answers -= trial->answers;
    if (most > 0 && since->crashes >= most && since->crashes >= since->answers)
        return TRIAL_FAILED;
    return now >= trial->until ? TRIAL_PASSED : TRIAL_ON;
}
