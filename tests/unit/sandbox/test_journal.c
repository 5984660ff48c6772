/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sandbox/journal.h"

static void what_was_heard_is_heard_again(void **state)
{
    struct journal journal = {.bytes = NULL};
    uint64_t clock = 7, again = 0;
    char noise[300], repeated[300];

    (void)state;
    memset(noise, 'x', sizeof noise);
    assert_false(journal_recall(&journal, &again, sizeof again));
    assert_true(journal_record(&journal, &clock, sizeof clock));
    assert_true(journal_record(&journal, noise, sizeof noise)); /* grows */
    journal_repeat(&journal);
    assert_true(journal_recall(&journal, &again, sizeof again));
    assert_true(again == clock);
    assert_true(journal_recall(&journal, repeated, sizeof repeated));
    assert_memory_equal(repeated, noise, sizeof noise);
    assert_false(journal_recall(&journal, &again, sizeof again)); /* it goes on with what is new */
    journal_dispose(&journal);
}

static void what_was_said_is_not_said_again(void **state)
{
    struct journal journal = {.bytes = NULL};

    (void)state;
    assert_true(journal_says(&journal));
    assert_true(journal_says(&journal));
    journal_repeat(&journal);
    assert_false(journal_says(&journal));
    assert_false(journal_says(&journal));
    assert_true(journal_says(&journal));
    journal_repeat(&journal);
    for (int i = 0; i < 3; i++)
        assert_false(journal_says(&journal));
    assert_true(journal_says(&journal));
    journal_dispose(&journal);
}

static void a_full_one_says_so(void **state)
{
    static const char piece[JOURNAL_LIMIT / 4];
    struct journal journal = {.bytes = NULL};

    (void)state;
    for (int i = 0; i < 4; i++)
        assert_true(journal_record(&journal, piece, sizeof piece));
    assert_false(journal_record(&journal, piece, 1));
    assert_true(journal.full);
    journal_erase(&journal);
    assert_false(journal.full);
    assert_true(journal_record(&journal, piece, 1));
    journal_dispose(&journal);
}

static void nothing_is_left_for_the_next_request(void **state)
{
    static const char secret[] = "a secret of 24 characters";
    struct journal journal = {.bytes = NULL};

    (void)state;
    assert_true(journal_record(&journal, secret, sizeof secret));
    assert_true(journal_says(&journal));
    journal_erase(&journal);
    for (size_t i = 0; i < journal.capacity && i < sizeof secret; i++)
        assert_int_equal(journal.bytes[i], 0);
    assert_int_equal(journal.used | journal.said | journal.said_again, 0);
    journal_dispose(&journal);
    assert_null(journal.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_heard_is_heard_again),
        cmocka_unit_test(what_was_said_is_not_said_again),
        cmocka_unit_test(a_full_one_says_so),
        cmocka_unit_test(nothing_is_left_for_the_next_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
