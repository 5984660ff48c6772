// SPDX-License-Identifier: Apache-2.0
//
// Included before the translation of a Python program: quick forms of what Pythran's library does by way of a stream, which
// costs thousands of instructions and several pages.
#ifndef MAYFLY_PYTHON_PRELUDE_HPP
#define MAYFLY_PYTHON_PRELUDE_HPP

#include <pythonic/core.hpp>
#include <pythonic/python/core.hpp>

#include <pythonic/include/types/str.hpp>
#include <pythonic/types/str.hpp>

// A string literal and its length, so that nothing counts it in each request.
#define MAYFLY_LITERAL(text) text, sizeof(text) - 1

PYTHONIC_NS_BEGIN
namespace types
{

// A character becomes a string wherever one is compared or joined.
template <> inline str::str(const chr &character) : data(std::string(1, character.c))
{
}

} // namespace types
PYTHONIC_NS_END

#endif
