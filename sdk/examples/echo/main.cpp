// SPDX-License-Identifier: Apache-2.0
//
// Shows the request as it arrived. /echo?name=World greets as well.
#include <mayfly.hpp>

#include <string>

int main()
{
    mayfly::request request = mayfly::accept();

    std::string page;
    page.reserve(1024 + request.body().size());
    page.append(request.method()).append(" ").append(request.target());
    page.append(request.version() == 10 ? " HTTP/1.0\n" : " HTTP/1.1\n");
    for (std::size_t i = 0; i < request.header_count(); i++) {
        mayfly::header header = request.header_at(i);
        page.append(header.name).append(": ").append(header.value).append("\n");
    }
    page.append("\nfrom ").append(request.client()).append(", path ").append(request.path());
    page.append(", query \"").append(request.query()).append("\"\n");
    if (auto name = request.query("name"))
        page.append("Hello ").append(*name).append("!\n");
    if (!request.body().empty())
        page.append("\n").append(request.body());
    mayfly::respond(200, "text/plain; charset=utf-8", page);
}
