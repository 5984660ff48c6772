// SPDX-License-Identifier: Apache-2.0
//
// An exception that nobody catches ends with 134 and a message on stderr.
#include <cstdio>
#include <stdexcept>

int main()
{
    std::printf("before\n");
    std::fflush(stdout);
    throw std::runtime_error("nobody catches this");
}
