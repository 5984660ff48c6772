/* SPDX-License-Identifier: Apache-2.0
 *
 * C11 atomics: LR/SC loops and AMOs of 1, 4 and 8 bytes.
 * flags: -latomic
 */
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

int main(void)
{
    static _Atomic uint64_t wide = 10;
    static _Atomic uint32_t word = 10;
    static _Atomic uint8_t byte = 10;
    static _Atomic int32_t with_sign = -5;
    atomic_flag flag = ATOMIC_FLAG_INIT;

    printf("%lu %u %u\n", atomic_fetch_add(&wide, 5), atomic_fetch_add(&word, 5), atomic_fetch_add(&byte, 250));
    printf("%lu %u %u\n", atomic_fetch_sub(&wide, 20), atomic_fetch_sub(&word, 20), atomic_fetch_sub(&byte, 9));
    printf("%lx %x %x\n", atomic_fetch_or(&wide, 0xf0), atomic_fetch_and(&word, 0xff), atomic_fetch_xor(&byte, 0xaa));
    printf("%lx %x %x\n", atomic_exchange(&wide, 1), atomic_exchange(&word, 2), atomic_exchange(&byte, 3));
    uint64_t expected = 1;
    uint32_t wrong = 9;
    uint8_t small = 3;
    printf("%d %d %d\n", atomic_compare_exchange_strong(&wide, &expected, 100),
           atomic_compare_exchange_strong(&word, &wrong, 7), atomic_compare_exchange_strong(&byte, &small, 77));
    printf("%lu %u %u %u\n", atomic_load(&wide), atomic_load(&word), wrong, atomic_load(&byte));
    printf("%d %d\n", atomic_flag_test_and_set(&flag), atomic_flag_test_and_set(&flag));
    for (int i = 0; i < 1000; i++) {
        uint32_t old = atomic_load_explicit(&word, memory_order_relaxed);
        while (!atomic_compare_exchange_weak(&word, &old, old * 3 + 1))
            continue;
        atomic_fetch_add_explicit(&with_sign, i & 1 ? -i : i, memory_order_acq_rel);
    }
    printf("%u %d\n", atomic_load(&word), atomic_load(&with_sign));
    __sync_synchronize();
    long plain = 5;
    printf("%ld %ld\n", __sync_val_compare_and_swap(&plain, 5, 6), __sync_lock_test_and_set(&plain, 8));
    return 0;
}
