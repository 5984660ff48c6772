// SPDX-License-Identifier: Apache-2.0
//
// operator new and delete for a program that lives for one request: a free list for each small size, and behind them
// a pointer that moves on. About ten instructions each; malloc() needs a hundred for the first block of a size.
// The lists live in the same pages as the blocks, so that a request that allocates a little dirties one page.
//
// A block is laid out as malloc's are: eight bytes for its class, then the payload at a multiple of 16.
#ifndef MAYFLY_PYTHON_ALLOCATE_HPP
#define MAYFLY_PYTHON_ALLOCATE_HPP

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace mayfly_python {

constexpr std::size_t unit = 16, head = 8, classes = 64;
constexpr std::size_t largest = (classes - 1) * unit - head; // payload; malloc() has what is larger
constexpr std::size_t chunk_size = 64 * 1024;

struct block {
    block *next;
};

struct heap {
    char *at, *end; // `at` is where the next block begins: 8 more than a multiple of 16
    block *free[classes];
};

// Made before main() and never replaced: while a request runs, this pointer is only read.
inline heap *arena;

inline std::uint64_t &class_of(void *payload)
{
    return static_cast<std::uint64_t *>(payload)[-1];
}

// From malloc(), marked with class 0, which free() has to get.
__attribute__((noinline, cold)) inline void *allocate_large(std::size_t size)
{
    char *memory = size < PTRDIFF_MAX ? static_cast<char *>(std::malloc(size + unit)) : nullptr;
    if (!memory)
        return nullptr;
    class_of(memory + unit) = 0;
    return memory + unit;
}

// A new chunk; what is left of the old one is lost.
__attribute__((noinline, cold)) inline bool refill()
{
    char *chunk = static_cast<char *>(std::malloc(chunk_size));
    if (!chunk)
        return false;
    char *first = chunk;
    if (!arena) {
        arena = new (chunk) heap{};
        first += (sizeof(heap) + unit - 1) / unit * unit;
    }
    arena->at = first + head;
    arena->end = chunk + chunk_size;
    return true;
}

// Before the freeze, so that no request makes the first chunk.
inline void prepare_allocator()
{
    if (!arena)
        (void)refill();
}

inline void *allocate(std::size_t size)
{
    std::size_t index = (size + head + unit - 1) / unit;
    if (__builtin_expect(size > largest, 0))
        return allocate_large(size);
    if (__builtin_expect(!arena, 0) && !refill())
        return nullptr;
    if (block *found = arena->free[index]) {
        arena->free[index] = found->next;
        return found;
    }
    if (__builtin_expect(static_cast<std::size_t>(arena->end - arena->at) < index * unit, 0) && !refill())
        return nullptr;
    char *payload = arena->at + head;
    arena->at += index * unit;
    class_of(payload) = index;
    return payload;
}

inline void release(void *payload)
{
    std::size_t index = class_of(payload);
    if (__builtin_expect(index == 0, 0)) {
        std::free(static_cast<char *>(payload) - unit);
        return;
    }
    block *b = static_cast<block *>(payload);
    b->next = arena->free[index];
    arena->free[index] = b;
}

} // namespace mayfly_python

void *operator new(std::size_t size)
{
    void *payload = mayfly_python::allocate(size);
    if (__builtin_expect(!payload, 0))
        throw std::bad_alloc();
    return payload;
}

void *operator new(std::size_t size, const std::nothrow_t &) noexcept
{
    return mayfly_python::allocate(size);
}

void *operator new[](std::size_t size)
{
    return operator new(size);
}

void *operator new[](std::size_t size, const std::nothrow_t &tag) noexcept
{
    return operator new(size, tag);
}

void operator delete(void *payload) noexcept
{
    if (payload)
        mayfly_python::release(payload);
}

void operator delete[](void *payload) noexcept
{
    operator delete(payload);
}

void operator delete(void *payload, std::size_t) noexcept
{
    operator delete(payload);
}

void operator delete[](void *payload, std::size_t) noexcept
{
    operator delete(payload);
}

#endif
