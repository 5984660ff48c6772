/* SPDX-License-Identifier: Apache-2.0
 *
 * CASE(name, status, what): the bad manners of hostile.c and what a client gets to see of each. 0: not fixed (it
 * depends on the tenant's limits).
 */
#define CASES                                                                                                          \
    CASE(null_response, 502, respond_with(0))                                                                          \
    CASE(wild_response, 502, respond_with(0xdeadbeef))                                                                 \
    CASE(wrapping_response, 502, respond_with(0xfffffffffffffff8))                                                     \
    CASE(high_response, 200, respond_with((uint64_t)&good | UINT64_C(0x100000000)))                                    \
    CASE(edge_response, 200, at_the_edge(0))                                                                           \
    CASE(over_the_edge, 502, at_the_edge(8))                                                                           \
    CASE(misaligned_response, 502, respond_with((uint64_t)&good + 1))                                                  \
    CASE(null_headers, 502, (good.headers = NULL, mayfly_send(&good)))                                                 \
    CASE(wild_headers, 502, (good.headers = (void *)0x7ffffff0, mayfly_send(&good)))                                   \
    CASE(wild_pieces, 502, (good.pieces = (void *)0xfffffff8, mayfly_send(&good)))                                     \
    CASE(huge_header_count, 502, many_headers(0xffffffff))                                                             \
    CASE(many_headers, 502, many_headers(129))                                                                         \
    CASE(most_headers, 200, many_headers(128))                                                                         \
    CASE(huge_piece_count, 502, many_pieces(0xffffffff))                                                               \
    CASE(many_pieces, 502, many_pieces(65))                                                                            \
    CASE(most_pieces, 200, many_pieces(64))                                                                            \
    CASE(zero_pieces, 200, zero_pieces())                                                                              \
    CASE(null_body, 502, raw_pieces(0, 10))                                                                            \
    CASE(null_empty_body, 200, raw_pieces(0, 0))                                                                       \
    CASE(wild_body, 502, raw_pieces(0x90000000, 100))                                                                  \
    CASE(endless_body, 502, raw_pieces((uint64_t)pieces, UINT64_MAX))                                                  \
    CASE(wrapping_body, 502, raw_pieces((uint64_t)pieces, UINT64_MAX - 4095))                                          \
    CASE(gigantic_body, 502, raw_pieces((uint64_t)pieces, UINT64_C(1) << 40))                                          \
    CASE(overlapping_body, 502, overlapping(1 << 20))                                                                  \
    CASE(big_body, 200, large_body(1 << 20))                                                                           \
    CASE(too_big_body, 502, large_body(9 << 20))                                                                       \
    CASE(status_0, 502, status(0))                                                                                     \
    CASE(status_99, 502, status(99))                                                                                   \
    CASE(status_100, 502, status(100))                                                                                 \
    CASE(status_101, 502, status(101))                                                                                 \
    CASE(status_600, 502, status(600))                                                                                 \
    CASE(status_1000, 502, status(1000))                                                                               \
    CASE(status_max, 502, status(0xffffffff))                                                                          \
    CASE(status_204, 204, (good.piece_count = 0, status(204)))                                                         \
    CASE(body_204, 502, status(204))                                                                                   \
    CASE(status_304, 304, (good.piece_count = 0, status(304)))                                                         \
    CASE(body_304, 502, status(304))                                                                                   \
    CASE(status_599, 599, status(599))                                                                                 \
    CASE(header_crlf, 502, header("x-a", "b\r\nset-cookie: stolen=1"))                                                 \
    CASE(header_lf, 502, header("x-a", "b\nset-cookie: stolen=1"))                                                     \
    CASE(header_cr, 502, header("x-a", "b\rc"))                                                                        \
    CASE(header_name_crlf, 502, header("x-a: b\r\nx-c", "d"))                                                          \
    CASE(header_name_empty, 502, header("", "value"))                                                                  \
    CASE(header_name_space, 502, header("x a", "value"))                                                               \
    CASE(header_name_colon, 502, header("x:a", "value"))                                                               \
    CASE(header_nul, 502, (headers[0].value.data = "a\0b", headers[0].value.size = 3, mayfly_send(&good)))             \
    CASE(header_empty, 200, header("x-empty", ""))                                                                     \
    CASE(header_length, 502, header("Content-Length", "5"))                                                            \
    CASE(header_encoding, 502, header("transfer-encoding", "chunked"))                                                 \
    CASE(header_connection, 502, header("CONNECTION", "close"))                                                        \
    CASE(header_date, 502, header("Date", "today"))                                                                    \
    CASE(header_server, 502, header("server", "other"))                                                                \
    CASE(exit_0, 502, exit(0))                                                                                         \
    CASE(exit_3, 502, exit(3))                                                                                         \
    CASE(abort, 502, abort())                                                                                          \
    CASE(return_from_main, 502, exit(0))                                                                               \
    CASE(trap_load, 502, report(*(volatile int *)0x30000000))                                                          \
    CASE(trap_store, 502, (*(volatile int *)0x30000000 = 1))                                                           \
    CASE(trap_illegal, 502, ({ __asm__ volatile(".word 0"); }))                                                        \
    CASE(trap_breakpoint, 502, ({ __asm__ volatile("ebreak"); }))                                                      \
    CASE(trap_fetch, 502, ((void (*)(void))0x30000000)())                                                              \
    CASE(trap_code, 502, (*(volatile char *)(uintptr_t)&spin = 0))                                                     \
    CASE(deep_recursion, 502, report(deep(1)))                                                                         \
    CASE(spin, 504, spin())                                                                                            \
    CASE(accept_twice, 200, report(ecall(MAYFLY_CALL_ACCEPT, MAYFLY_ABI_VERSION, 0, 0)))                               \
    CASE(write_request, 502, write_request())                                                                          \
    CASE(unmap_request, 200, unmap_request())                                                                          \
    CASE(log_null, 200, report(ecall(MAYFLY_CALL_LOG, 1, 0, 10)))                                                      \
    CASE(log_wild, 200, report(ecall(MAYFLY_CALL_LOG, 1, 0xfffffff0, 100)))                                            \
    CASE(log_endless, 200, report(ecall(MAYFLY_CALL_LOG, 1, (long)pieces, -1)))                                        \
    CASE(log_level, 200, report(ecall(MAYFLY_CALL_LOG, 12345, (long)"level", 5)))                                      \
    CASE(log_long, 200, long_line())                                                                                   \
    CASE(log_flood, 0, flood())                                                                                        \
    CASE(log_forged, 200, forge())                                                                                     \
    CASE(print_flood, 0, print_flood())                                                                                \
    CASE(print_long, 200, fill_output())                                                                               \
    CASE(random_wild, 200, report(ecall(MAYFLY_CALL_RANDOM, 0x10, 100, 0)))                                            \
    CASE(random_endless, 200, report(ecall(MAYFLY_CALL_RANDOM, (long)pieces, -1, 0)))                                  \
    CASE(random_code, 200, report(ecall(MAYFLY_CALL_RANDOM, (long)&spin, 16, 0)))                                      \
    CASE(random_request, 200, report(ecall(MAYFLY_CALL_RANDOM, (long)request, 16, 0)))                                 \
    CASE(unknown_call, 200, report(ecall(MAYFLY_HOSTCALL_BASE + 999, 0, 0, 0)))                                        \
    CASE(split_mappings, 504, split_mappings())                                                                        \
    CASE(map_all, 0, map_all())

#define CASE(name, status, what)                                                                                       \
    static void case_##name(void)                                                                                      \
    {                                                                                                                  \
        (void)(what);                                                                                                  \
    }
CASES
#undef CASE

static const struct {
    const char *name;
    int status;
    void (*run)(void);
} cases[] = {
#define CASE(name, status, what) {#name, status, case_##name},
    CASES
#undef CASE
};
