/* SPDX-License-Identifier: Apache-2.0
 *
 * Shows what the SDK makes of a request: what the path names, of the header X-Name, the query or the form.
 */
#include <mayfly.h>

#include <stdio.h>
#include <stdlib.h>

static const struct mayfly_request *request;

static void answer(long length, const char *value)
{
    char text[4096];
    int size = snprintf(text, sizeof(text), "%ld [%s]", length, value ? value : "NULL");
    mayfly_respond_bytes(200, "text/plain", text, (size_t)size);
}

static void show_header(void)
{
    const struct mayfly_string *value = mayfly_header_string(request, "x-NAME");
    answer(value ? (long)value->size : -1, mayfly_header(request, "X-name"));
}

static void show_query(void)
{
    char value[16] = "";
    long length = mayfly_query(request, "a b", value, sizeof(value));
    answer(length, value);
}

static void show_form(void)
{
    char value[16] = "";
    long length = mayfly_form(request, "field", value, sizeof(value));
    answer(length, value);
}

static void show_decoded(void)
{
    char decoded[1024];
    size_t size = mayfly_percent_decode(decoded, sizeof(decoded) - 1, request->query.data, request->query.size, 0);
    decoded[size] = '\0';
    answer((long)size, decoded);
}

static void show_pieces(void)
{
    const struct mayfly_header headers[] = {{mayfly_text("X-One"), mayfly_text("1")},
                                            {mayfly_text("Content-Type"), mayfly_text("text/css")}};
    const struct mayfly_string pieces[] = {mayfly_text("one "), {NULL, 0}, mayfly_text("two "), request->method};
    const struct mayfly_response response = {207, 2, headers, pieces, 4, 0};
    mayfly_send(&response);
}

static void show_terminators(void)
{
    const struct mayfly_string strings[] = {request->method, request->target, request->path,
                                            request->query,  request->client, request->body};
    int zero = 1;
    for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
        zero &= strings[i].data[strings[i].size] == '\0';
    for (uint32_t i = 0; i < request->header_count; i++)
        zero &= !request->headers[i].name.data[request->headers[i].name.size] &&
                !request->headers[i].value.data[request->headers[i].value.size];
    answer(zero, request->client.data);
}

static void show_random(void)
{
    uint64_t words[2] = {0, 0};
    char text[64];
    mayfly_random(words, sizeof(words));
    snprintf(text, sizeof(text), "%016lx%016lx", words[0], words[1]);
    answer(mayfly_time() / 1000000000, text);
}

static void show_log(void)
{
    mayfly_log(MAYFLY_LOG_WARNING, "a warning of %d %s", 2, "words");
    printf("printed without an end of line");
    fprintf(stderr, "to stderr\n");
    mayfly_respond(200, NULL, "logged");
}

static void show_malloc(void)
{
    char *blocks[64];
    for (int i = 0; i < 64; i++)
        memset(blocks[i] = malloc(1 << (i % 12)), i, 1 << (i % 12));
    for (int i = 0; i < 64; i += 2)
        free(blocks[i]);
    answer(blocks[63][0], "malloc");
}

static const struct {
    const char *path;
    void (*show)(void);
} shows[] = {
    {"/header", show_header},  {"/query", show_query},   {"/form", show_form},
    {"/decode", show_decoded}, {"/pieces", show_pieces}, {"/ends", show_terminators},
    {"/random", show_random},  {"/log", show_log},       {"/malloc", show_malloc},
};

int main(void)
{
    request = mayfly_accept();
    for (size_t i = 0; i < sizeof(shows) / sizeof(shows[0]); i++)
        if (!strcmp(request->path.data, shows[i].path))
            shows[i].show();
    mayfly_respond(404, "text/plain", "no such show");
}
