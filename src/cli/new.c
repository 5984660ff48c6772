/* SPDX-License-Identifier: Apache-2.0
 *
 * mayfly new: makes the folder of a tenant that builds and answers as it is.
 */
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/arguments.h"
#include "cli/commands.h"

#define MAX_NAME 63 /* one label of a host name (RFC 1035 §2.3.4) */

static const char new_c[] =
    "/* Answers the requests of @NAME@. `mayfly build` compiles every *.c and *.cpp of this folder. */\n"
    "#include <mayfly.h>\n"
    "\n"
    "#include <stdio.h>\n"
    "\n"
    "int main(void)\n"
    "{\n"
    "    /* What you prepare here is done once, when the program is deployed. */\n"
    "    char name[64] = \"World\", page[256];\n"
    "\n"
    "    const struct mayfly_request *request = mayfly_accept();\n"
    "\n"
    "    /* From here on: once for every request, each in a fresh copy of the above. */\n"
    "    mayfly_query(request, \"name\", name, sizeof(name));\n"
    "    int size = snprintf(page, sizeof(page), \"Hello %s, this is @NAME@\\n\", name);\n"
    "    mayfly_log(MAYFLY_LOG_INFO, \"greeted %s\", name);\n"
    "    mayfly_respond_bytes(200, \"text/plain; charset=utf-8\", page, size);\n"
    "}\n";

static const char new_cpp[] =
    "// Answers the requests of @NAME@. `mayfly build` compiles every *.c and *.cpp of this folder.\n"
    "#include <mayfly.hpp>\n"
    "\n"
    "#include <string>\n"
    "\n"
    "int main()\n"
    "{\n"
    "    // What you prepare here is done once, when the program is deployed.\n"
    "    const std::string greeting = \"Hello \";\n"
    "\n"
    "    mayfly::request request = mayfly::accept();\n"
    "\n"
    "    // From here on: once for every request, each in a fresh copy of the above.\n"
    "    std::string name = request.query(\"name\").value_or(\"World\");\n"
    "    mayfly_log(MAYFLY_LOG_INFO, \"greeted %s\", name.c_str());\n"
    "    mayfly::respond(200, \"text/plain; charset=utf-8\", greeting + name + \", this is @NAME@\\n\");\n"
    "}\n";

static const char new_python[] =
    "# Answers the requests of @NAME@. `mayfly build` translates this file with Pythran, which knows a large part\n"
    "# of Python: functions, numbers, str, list, dict, tuple, math, numpy; no classes, no `global`, and f-strings\n"
    "# only with a type in each field, such as {name:s} or {count:d}.\n"
    "\n"
    "def on_init():\n"
    "    print(\"@NAME@ starts\")  # once, when the program is deployed\n"
    "\n"
    "\n"
    "def greeting(target):\n"
    "    if \"?name=\" in target:\n"
    "        return \"Hello \" + target[target.find(\"?name=\") + 6:]\n"
    "    return \"Hello World\"\n"
    "\n"
    "\n"
    "def on_client_request(method, target, body):\n"
    "    # Once for every request, each in a fresh copy of the program. It may also take no\n"
    "    # parameters, and return (content_type, body) alone.\n"
    "    if method == \"POST\":\n"
    "        return 200, \"text/plain\", \"You sent \" + str(len(body)) + \" bytes\\n\"\n"
    "    return 200, \"text/plain\", greeting(target) + \", this is @NAME@\\n\"\n";

static const char new_tenant[] = "# Which requests come here, and what each of them may use at most.\n"
                                 "hosts: [@NAME@.localhost]\n"
                                 "\n"
                                 "# limits:\n"
                                 "#   memory: 64M          # of one copy of the program\n"
                                 "#   instructions: 100M   # of one request\n"
                                 "#   deadline: 10s        # of one request, in time\n"
                                 "#   concurrency: 64      # requests at once, in each worker\n";

static const char new_readme[] =
    "# @NAME@\n"
    "\n"
    "A tenant of Mayfly. `@MAIN@` is the program, `tenant.yaml` says which host it answers and its limits.\n"
    "\n"
    "    mayfly build .        # compiles to program.elf\n"
    "\n"
    "Put this folder (or a link to it) into the server's tenants folder: it answers at once, and every\n"
    "`mayfly build` after that is picked up by itself, without a lost request.\n"
    "\n"
    "    curl 'http://@NAME@.localhost:8080/?name=you'\n"
    "\n"
    "The server's log tells what the program prints and logs, and why it failed if it did.\n";

struct language {
    const char *name;
    const char *main;
    const char *text;
};

static const struct language new_languages[] = {
    {"c", "main.c", new_c},
    {"c++", "main.cpp", new_cpp},
    {"cpp", "main.cpp", new_cpp},
    {"python", "main.py", new_python},
};

static const struct language *new_language(const char *name)
{
    for (size_t i = 0; i < sizeof(new_languages) / sizeof(new_languages[0]); i++)
        if (!strcmp(new_languages[i].name, name))
            return &new_languages[i];
    return NULL;
}

/* The name becomes a folder and a host: a label in lower case (RFC 1123 §2.1). */
static bool new_is_name(const char *name)
{
    size_t size = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return size > 0 && size <= MAX_NAME && name[size] == '\0' && name[0] != '-' && name[size - 1] != '-';
}

/* Writes `text` with @NAME@ and @MAIN@ filled in. */
static int new_write(const char *folder, const char *file, const char *text, const char *name, const char *main_file)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%s/%s", folder, file);
    FILE *out = fopen(path, "wx");
    if (!out) {
        fprintf(stderr, "mayfly new: %s: %s\n", path, strerror(errno));
        return -1;
    }
    while (*text) {
        if (!strncmp(text, "@NAME@", 6) || !strncmp(text, "@MAIN@", 6)) {
            fputs(text[1] == 'N' ? name : main_file, out);
            text += 6;
        } else {
            fputc(*text++, out);
        }
    }
    bool failed = ferror(out);
    if (fclose(out) || failed) {
        fprintf(stderr, "mayfly new: cannot write %s: %s\n", path, strerror(errno));
        return -1;
    }
    return 0;
}

static int new_make(const char *in, const char *name, const struct language *language)
{
    char folder[PATH_MAX - 32];
    if (snprintf(folder, sizeof(folder), "%s%s%s", in ? in : "", in ? "/" : "", name) >= (int)sizeof(folder)) {
        fprintf(stderr, "mayfly new: the path of %s is too long\n", name);
        return 1;
    }
    if (mkdir(folder, 0777)) {
        const char *why = errno == EEXIST   ? "is there already; choose another name, or move it away"
                          : errno == ENOENT ? "the folder that it should be in is not there; make it first"
                                            : strerror(errno);
        fprintf(stderr, "mayfly new: %s: %s\n", folder, why);
        return 1;
    }
    if (new_write(folder, language->main, language->text, name, language->main) ||
        new_write(folder, "tenant.yaml", new_tenant, name, language->main) ||
        new_write(folder, "README.md", new_readme, name, language->main))
        return 1;
    printf("%s: %s, tenant.yaml and README.md. Next:\n\n"
           "  mayfly build %s\n"
           "  put %s into the tenants folder of a server, then: curl http://%s.localhost:8080/\n",
           folder, language->main, folder, folder, name);
    return 0;
}

static int new_usage(FILE *out, int status)
{
    fputs("mayfly new NAME [--lang c|c++|python] [--in DIR]\n\n"
          "Makes a folder NAME (in DIR, else here) with a program that answers, its tenant.yaml and a README. The\n"
          "language is C unless said otherwise. NAME becomes its host, NAME.localhost.\n",
          out);
    return status;
}

int command_new(int argc, char **argv)
{
    const char *name = NULL, *in = NULL, *language_name = "c";

    for (int i = 1; i < argc; i++) {
        if (arguments_is_help(argv[i]))
            return new_usage(stdout, 0);
        if (!strcmp(argv[i], "--lang")) {
            if (!(language_name = arguments_value(argv, &i, "c, c++ or python", new_usage)))
                return ARGUMENTS_WRONG;
        } else if (!strcmp(argv[i], "--in")) {
            if (!(in = arguments_value(argv, &i, "a folder", new_usage)))
                return ARGUMENTS_WRONG;
        } else if (argv[i][0] == '-' || name) {
            return arguments_unknown(argv, i, new_usage);
        } else {
            name = argv[i];
        }
    }
    if (!name)
        return arguments_missing(argv, "NAME", new_usage);
    if (!new_is_name(name)) {
        fprintf(stderr,
                "mayfly new: '%s' cannot be a name: use a-z, 0-9 and '-' inside, at most %d, as for a host such as "
                "my-site\n",
                name, MAX_NAME);
        return 2;
    }
    const struct language *language = new_language(language_name);
    if (!language) {
        fprintf(stderr, "mayfly new: there is no language '%s'; take c, c++ or python\n", language_name);
        return 2;
    }
    return new_make(in, name, language);
}
