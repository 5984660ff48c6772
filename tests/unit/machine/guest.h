/* SPDX-License-Identifier: Apache-2.0
 *
 * For tests of the interpreter: a guest of a few pages whose code is written with the encoders below. Memory around the
 * pages faults as in a real arena.
 */
#ifndef TESTS_GUEST_H
#define TESTS_GUEST_H

#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "machine/interp.h"

#define GUEST_CODE      0x10000u /* four pages, executable (not really: the interpreter reads operations) */
#define GUEST_CODE_SIZE 0x4000u
#define GUEST_DATA      0x20000u /* a page that can be written */
#define GUEST_CONSTANT  0x22000u /* a page that can be read */

struct guest {
    struct cpu cpu;
    struct code code;
    struct op *ops;
    uint16_t *charge;
    uint8_t *memory;
    uint32_t at; /* where the next instruction goes */
    uint32_t fault_address;
    int store_fault;
};

enum { GUEST_FAULT = 100 }; /* what guest_run returns for a fault, beside enum machine_stop */

static sigjmp_buf guest_escape;
static uint8_t *guest_memory;
static uint32_t guest_fault_address;

static void guest_on_fault(int number, siginfo_t *info, void *context)
{
    (void)number;
    guest_fault_address = (uint32_t)((uint8_t *)info->si_addr - guest_memory);
    interp_fault_context(context);
    siglongjmp(guest_escape, 1);
}

static inline void guest_create(struct guest *guest)
{
    size_t slots = code_slots(GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE);
    memset(guest, 0, sizeof(*guest));
    guest->memory = mmap(NULL, UINT64_C(1) << 32, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (guest->memory == MAP_FAILED || mprotect(guest->memory + GUEST_CODE, GUEST_CODE_SIZE, PROT_READ | PROT_WRITE) ||
        mprotect(guest->memory + GUEST_DATA, 4096, PROT_READ | PROT_WRITE) ||
        mprotect(guest->memory + GUEST_CONSTANT, 4096, PROT_READ))
        abort();
    guest->ops = aligned_alloc(64, (slots * sizeof(struct op) + 63) / 64 * 64);
    guest->charge = malloc(slots * sizeof(uint16_t));
    guest->code = (struct code){GUEST_CODE, GUEST_CODE + GUEST_CODE_SIZE, guest->ops, guest->charge};
    guest->at = GUEST_CODE;
}

static inline void guest_destroy(struct guest *guest)
{
    free(guest->ops);
    free(guest->charge);
    munmap(guest->memory, UINT64_C(1) << 32);
}

/* Forgets code, data and registers. */
static inline void guest_clear(struct guest *guest)
{
    memset(guest->memory + GUEST_CODE, 0, GUEST_CODE_SIZE);
    memset(guest->memory + GUEST_DATA, 0, 4096);
    memset(&guest->cpu, 0, sizeof(guest->cpu));
    guest->at = GUEST_CODE;
}

static inline void guest_emit(struct guest *guest, uint32_t word)
{
    memcpy(guest->memory + guest->at, &word, 4);
    guest->at += 4;
}

static inline void guest_emit16(struct guest *guest, uint16_t half)
{
    memcpy(guest->memory + guest->at, &half, 2);
    guest->at += 2;
}

static inline void guest_decode(struct guest *guest)
{
    struct code_range range = {guest->code.start, guest->code.end};
    code_decode(guest->ops, guest->charge, guest->memory + guest->code.start, guest->code.start, guest->code.end,
                &range, 1);
}

/* From `pc` with `fuel`, after guest_decode(). */
static inline int guest_run(struct guest *guest, uint32_t pc, int64_t fuel)
{
    struct sigaction action = {.sa_sigaction = guest_on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER}, before;
    volatile int result = GUEST_FAULT;

    guest->cpu.pc = pc;
    guest->cpu.fuel = fuel;
    guest_memory = guest->memory;
    sigaction(SIGSEGV, &action, &before);
    if (sigsetjmp(guest_escape, 1) == 0) {
        result = (int)interp_run(&guest->cpu, &guest->code, guest->memory, &guest->fault_address);
    } else {
        guest->store_fault = interp_recover(&guest->cpu, &guest->code);
        guest->fault_address = guest_fault_address;
    }
    sigaction(SIGSEGV, &before, NULL);
    return result;
}

/* ---- encoders -------------------------------------------------------------------------------------- */

static inline uint32_t rv_r(uint32_t funct7, uint32_t rs2, uint32_t rs1, uint32_t funct3, uint32_t rd, uint32_t opcode)
{
    return funct7 << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}

static inline uint32_t rv_i(int32_t imm, uint32_t rs1, uint32_t funct3, uint32_t rd, uint32_t opcode)
{
    return (uint32_t)imm << 20 | rs1 << 15 | funct3 << 12 | rd << 7 | opcode;
}

static inline uint32_t rv_addi(uint32_t rd, uint32_t rs1, int32_t imm)
{
    return rv_i(imm, rs1, 0, rd, 0x13);
}

static inline uint32_t rv_load(uint32_t funct3, uint32_t rd, uint32_t rs1, int32_t imm)
{
    return rv_i(imm, rs1, funct3, rd, 0x03);
}

static inline uint32_t rv_store(uint32_t funct3, uint32_t rs2, uint32_t rs1, int32_t imm)
{
    uint32_t u = (uint32_t)imm;
    return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (u & 0x1f) << 7 | 0x23;
}

static inline uint32_t rv_branch(uint32_t funct3, uint32_t rs1, uint32_t rs2, int32_t distance)
{
    uint32_t u = (uint32_t)distance;
    return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | funct3 << 12 | (u >> 1 & 0xf) << 8 |
           (u >> 11 & 1) << 7 | 0x63;
}

static inline uint32_t rv_jal(uint32_t rd, int32_t distance)
{
    uint32_t u = (uint32_t)distance;
    return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 | (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

static inline uint32_t rv_jalr(uint32_t rd, uint32_t rs1, int32_t imm)
{
    return rv_i(imm, rs1, 0, rd, 0x67);
}

#define RV_ECALL   0x00000073u
#define RV_EBREAK  0x00100073u
#define RV_FENCE_I 0x0000100fu
#define RV_CNOP    0x0001u

#endif
