// SPDX-License-Identifier: Apache-2.0
//
// What joins a Python program, translated by Pythran, to mayfly_accept() and mayfly_send(). Included behind the
// translation by the main file that build.py writes.
#ifndef MAYFLY_PYTHON_GLUE_HPP
#define MAYFLY_PYTHON_GLUE_HPP

#include <mayfly.h>

#include <cstdio>
#include <exception>
#include <iostream>
#include <type_traits>
#include <utility>

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

} // namespace mayfly_python

#endif
