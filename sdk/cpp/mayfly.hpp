// SPDX-License-Identifier: Apache-2.0
//
// A thin layer of C++17 over mayfly.h: string views instead of pointers and lengths. Nothing here allocates unless
// its result is a std::string.
//
//     #include <mayfly.hpp>
//
//     int main()
//     {
//         mayfly::request request = mayfly::accept();
//         mayfly::respond(200, "text/plain", request.path());
//     }
//
// std::cout reaches the log through stdio. A program that calls std::ios::sync_with_stdio(false) has to flush it
// itself.
#ifndef MAYFLY_HPP
#define MAYFLY_HPP

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "mayfly.h"

namespace mayfly
{

inline std::string_view view(const mayfly_string &string)
{
    return {string.data, string.size};
}

inline mayfly_string text(std::string_view string)
{
    mayfly_string result;
    result.data = string.data();
    result.size = string.size();
    return result;
}

struct header {
    std::string_view name, value;
};

// The request of this copy. As cheap to copy as a pointer; what its views show lives until the answer.
class request
{
  public:
    explicit request(const mayfly_request *raw) : raw_(raw)
    {
    }

    std::string_view method() const
    {
        return view(raw_->method);
    }
    std::string_view target() const
    {
        return view(raw_->target);
    }
    std::string_view path() const
    {
        return view(raw_->path);
    } // still percent-encoded
    std::string_view query() const
    {
        return view(raw_->query);
    }
    std::string_view client() const
    {
        return view(raw_->client);
    }
    std::string_view body() const
    {
        return view(raw_->body);
    }
    unsigned version() const
    {
        return raw_->version;
    } // 10 or 11

    std::size_t header_count() const
    {
        return raw_->header_count;
    }
    mayfly::header header_at(std::size_t index) const
    {
        return {view(raw_->headers[index].name), view(raw_->headers[index].value)};
    }

    // The first header of that name, in any case.
    std::optional<std::string_view> header(const char *name) const
    {
        const mayfly_string *value = mayfly_header_string(raw_, name);
        return value ? std::optional(view(*value)) : std::nullopt;
    }

    // Decoded parameters of the query and of a form in the body.
    std::optional<std::string> query(const char *name) const
    {
        return parameter(mayfly_query, name);
    }
    std::optional<std::string> form(const char *name) const
    {
        return parameter(mayfly_form, name);
    }

    const mayfly_request *raw() const
    {
        return raw_;
    }

  private:
    template <typename Lookup> std::optional<std::string> parameter(Lookup lookup, const char *name) const
    {
        ssize_t length = lookup(raw_, name, nullptr, 0);
        if (length < 0)
            return std::nullopt;
        std::string value(static_cast<std::size_t>(length), '\0');
        lookup(raw_, name, &value[0], value.size() + 1); // the NUL goes where std::string has one
        return value;
    }

    const mayfly_request *raw_;
};

// The first exception of a process sorts its unwind tables, which takes millions of instructions: done once, not in
// each request that throws. Hidden from the optimizer, which would take all that follows a throw for unlikely.
__attribute__((noipa)) inline void prepare_exceptions()
{
#ifdef __cpp_exceptions
    try {
        throw 0;
    } catch (int) {
    }
#endif
}

// Waits for a request; see mayfly_accept().
inline request accept()
{
    prepare_exceptions();
    return request(mayfly_accept());
}

// Answers and ends the copy; see mayfly_respond(). Destructors do not run.
[[noreturn]] inline void respond(int status, std::string_view type, std::string_view body)
{
    const struct mayfly_header header = {text("content-type"), text(type)};
    const mayfly_string piece = text(body);
    mayfly_response response = {};
    response.status = static_cast<uint32_t>(status);
    response.header_count = type.empty() ? 0 : 1;
    response.headers = &header;
    response.pieces = &piece;
    response.piece_count = 1;
    mayfly_send(&response);
}

// With headers of your own and the body in pieces, which are sent one behind the other:
// mayfly::respond(302, {{"location", "/"}}, {}).
[[noreturn]] inline void respond(int status, std::initializer_list<header> headers,
                                 std::initializer_list<std::string_view> pieces)
{
    // Only as large as needed: a page that is written costs. More than the host takes, it refuses.
    auto *raw_headers =
        static_cast<struct mayfly_header *>(__builtin_alloca(headers.size() * sizeof(struct mayfly_header)));
    auto *raw_pieces = static_cast<mayfly_string *>(__builtin_alloca(pieces.size() * sizeof(mayfly_string)));
    std::size_t header_count = 0, piece_count = 0;
    for (const mayfly::header &h : headers)
        raw_headers[header_count++] = {text(h.name), text(h.value)};
    for (std::string_view p : pieces)
        raw_pieces[piece_count++] = text(p);
    mayfly_response response = {};
    response.status = static_cast<uint32_t>(status);
    response.header_count = static_cast<uint32_t>(header_count);
    response.headers = raw_headers;
    response.pieces = raw_pieces;
    response.piece_count = static_cast<uint32_t>(piece_count);
    mayfly_send(&response);
}

} // namespace mayfly

#endif
