// SPDX-License-Identifier: Apache-2.0
//
// What joins a Python program, translated by Pythran, to mayfly_accept() and mayfly_send(). Included behind the
// translation by the main file that build.py writes.
#ifndef MAYFLY_PYTHON_GLUE_HPP
#define MAYFLY_PYTHON_GLUE_HPP

#include <mayfly.hpp>

#include <cxxabi.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <random>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "allocate.hpp"

namespace mayfly_python {

namespace types = pythonic::types;

// What a program may answer with: (content_type, body), (status, content_type, body), or a function that returns
// such. Everything else is refused when it is compiled, with this as the message.
template <typename T> struct unsupported : std::false_type {
};

template <typename T, typename = void> struct tuple_size : std::integral_constant<std::size_t, 0> {
};

template <typename T>
struct tuple_size<T, std::enable_if_t<(std::tuple_size<T>::value > 0)>>
    : std::integral_constant<std::size_t, std::tuple_size<T>::value> {
};

inline const std::string &characters(const types::str &text)
{
    return text.chars();
}

// Slices, characters: what becomes a str in Python when it is used as one.
template <typename T> std::string characters(const T &text)
{
    static_assert(std::is_convertible<T, types::str>::value || std::is_constructible<types::str, T>::value,
                  "MAYFLY: content_type and body have to be of type str");
    static_assert(!std::is_arithmetic<T>::value, "MAYFLY: content_type and body have to be of type str");
    return types::str(text).chars();
}

template <typename Type, typename Body> [[noreturn]] void send(long status, const Type &type, const Body &body)
{
    const auto &type_characters = characters(type);
    const auto &body_characters = characters(body);
    const struct mayfly_header header = {{"content-type", 12}, {type_characters.data(), type_characters.size()}};
    const struct mayfly_string piece = {body_characters.data(), body_characters.size()};
    const struct mayfly_response response = {static_cast<uint32_t>(status), 1, &header, &piece, 1, 0};
    mayfly_send(&response);
}

template <typename Answer> [[noreturn]] void answer(const Answer &value)
{
    if constexpr (tuple_size<Answer>::value == 2) {
        send(200, std::get<0>(value), std::get<1>(value));
    } else if constexpr (tuple_size<Answer>::value == 3) {
        static_assert(std::is_integral<std::decay_t<decltype(std::get<0>(value))>>::value,
                      "MAYFLY: in (status, content_type, body) status has to be an int");
        send(std::get<0>(value), std::get<1>(value), std::get<2>(value));
    } else if constexpr (std::is_invocable<const Answer &>::value) {
        answer(value());
    } else {
        static_assert(unsupported<Answer>::value,
                      "MAYFLY: on_client_request() has to return (content_type, body), (status, content_type, body), "
                      "or a function without arguments that returns one of them");
    }
    __builtin_unreachable();
}

inline types::str text(const struct mayfly_string &string)
{
    return types::str(string.data, string.size);
}

// A generator that was frozen would give every request the same numbers.
template <typename Generator> void reseed(Generator &generator)
{
    uint32_t words[4];
    mayfly_random(words, sizeof(words));
    if constexpr (std::is_same<Generator, std::mt19937>::value) {
        std::seed_seq seed(words, words + 4);
        generator.seed(seed);
    } else {
        generator.seed(static_cast<uint64_t>(words[0]) << 32 | words[1]);
    }
}

// "ValueError: no such page", as Python itself would end its traceback.
inline std::string describe(const types::BaseException &exception)
{
    int status;
    char *full = abi::__cxa_demangle(typeid(exception).name(), nullptr, nullptr, &status);
    std::string name = full ? full : "exception";
    std::size_t colon = name.rfind(':');
    if (colon != std::string::npos)
        name.erase(0, colon + 1);
    for (long i = 0; i < exception.args.size(); i++)
        name.append(i ? ", " : ": ").append(types::str(exception.args[i]).chars());
    return name;
}

inline std::string describe(const std::exception &exception)
{
    return exception.what();
}

// Runs the program's `function`; what it raises is logged, then `otherwise` is done.
template <typename Function, typename Otherwise> void guard(const char *name, Function function, Otherwise otherwise)
{
    try {
        function();
        return;
    } catch (const types::BaseException &exception) {
        mayfly_log(MAYFLY_LOG_ERROR, "%s raised %s", name, describe(exception).c_str());
    } catch (const std::exception &exception) {
        mayfly_log(MAYFLY_LOG_ERROR, "%s failed: %s", name, describe(exception).c_str());
    }
    otherwise();
}

// What main() does. `init` runs once; `request` for each request and does not return.
template <typename Init, typename Request> int run(Init init, Request request)
{
    guard("on_init()", init, [] { std::exit(1); });
    prepare_allocator();
    const struct mayfly_request *current = mayfly::accept().raw();
    guard("on_client_request()", [&] { request(*current); },
          [] { mayfly_respond(500, "text/plain", "The program raised an exception; its log has it\n"); });
    return 1;
}

} // namespace mayfly_python

#endif
