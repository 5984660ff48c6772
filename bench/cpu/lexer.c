/* SPDX-License-Identifier: Apache-2.0
 *
 * State machines: a table-driven lexer of a small language, and a backtracking matcher of patterns over its words.
 */
#include "bench.h"

#define TEXT_SIZE (32 * 1024)

enum class { LETTER, DIGIT, DOT, QUOTE, BACKSLASH, SLASH, STAR, NEWLINE, SPACE, OPERATOR, CLASSES };

enum state {
    START, /* between tokens; entered again when a token has ended */
    WORD,
    INTEGER,
    FRACTION,
    STRING,
    ESCAPE,
    STRING_END,
    SLASHED,
    COMMENT,
    COMMENT_STAR,
    COMMENT_END,
    SYMBOL,
    STATES
};

static unsigned char class_of[256];
static unsigned char next_state[STATES][CLASSES];
static char text[TEXT_SIZE + 1];

static void set_row(enum state state, enum state to)
{
    memset(next_state[state], (int)to, CLASSES);
}

static void build_tables(void)
{
    memset(class_of, OPERATOR, sizeof class_of);
    for (int c = 'a'; c <= 'z'; c++)
        class_of[c] = class_of[c - 'a' + 'A'] = LETTER;
    for (int c = '0'; c <= '9'; c++)
        class_of[c] = DIGIT;
    class_of['_'] = LETTER, class_of['.'] = DOT, class_of['"'] = QUOTE, class_of['\\'] = BACKSLASH;
    class_of['/'] = SLASH, class_of['*'] = STAR, class_of['\n'] = NEWLINE, class_of[' '] = SPACE;

    set_row(START, SYMBOL);
    next_state[START][LETTER] = WORD, next_state[START][DIGIT] = INTEGER, next_state[START][QUOTE] = STRING;
    next_state[START][SLASH] = SLASHED, next_state[START][NEWLINE] = next_state[START][SPACE] = START;
    next_state[WORD][LETTER] = next_state[WORD][DIGIT] = WORD;
    next_state[INTEGER][DIGIT] = INTEGER, next_state[INTEGER][DOT] = FRACTION;
    next_state[FRACTION][DIGIT] = FRACTION;
    set_row(STRING, STRING);
    next_state[STRING][BACKSLASH] = ESCAPE, next_state[STRING][QUOTE] = STRING_END;
    set_row(ESCAPE, STRING);
    next_state[SLASHED][STAR] = COMMENT;
    set_row(COMMENT, COMMENT);
    set_row(COMMENT_STAR, COMMENT);
    next_state[COMMENT][STAR] = next_state[COMMENT_STAR][STAR] = COMMENT_STAR;
    next_state[COMMENT_STAR][SLASH] = COMMENT_END;
}

/* A text that has tokens of every kind. */
static void write_text(uint64_t *random)
{
    static const char *const pieces[] = {"while ",
                                         "index_2 ",
                                         "= ",
                                         "\"a \\\"string\\\"\" ",
                                         "3.14159 ",
                                         "4096",
                                         "/* why ** not */ ",
                                         "+ ",
                                         "(total / count) ",
                                         ";\n",
                                         "return ",
                                         "x",
                                         "matrix[row] ",
                                         "\"\" ",
                                         "_under_score "};
    size_t at = 0;
    for (;;) {
        const char *piece = pieces[bench_random(random) % (sizeof pieces / sizeof *pieces)];
        size_t length = strlen(piece);
        if (at + length > TEXT_SIZE)
            break;
        memcpy(text + at, piece, length);
        at += length;
    }
    memset(text + at, '\n', TEXT_SIZE - at);
}

/* `c` itself, `.` any, `c*` any number of it; the whole word must match. */
static int matches(const char *pattern, const char *word, const char *end)
{
    if (*pattern == '\0')
        return word == end;
    if (pattern[1] == '*') {
        do {
            if (matches(pattern + 2, word, end))
                return 1;
        } while (word < end && (*pattern == '.' || *pattern == *word) && word++ < end);
        return 0;
    }
    return word < end && (*pattern == '.' || *pattern == *word) && matches(pattern + 1, word + 1, end);
}

static uint64_t lex(uint64_t checksum)
{
    static const char *const patterns[] = {".*e.*", "r.*n", "_*un.*_.*e", "x*"};
    uint64_t counts[STATES] = {0}, matched = 0;
    unsigned state = START;
    const char *start = text;

    for (const char *at = text; at < text + TEXT_SIZE; at++) {
        unsigned class = class_of[(unsigned char)*at];
        unsigned next = next_state[state][class];
        if (next == START && state != START) { /* the token ended before this character */
            counts[state]++;
            if (state == WORD)
                for (unsigned i = 0; i < sizeof patterns / sizeof *patterns; i++)
                    matched += (uint64_t)matches(patterns[i], start, at) << 8 * i;
            checksum = bench_mix(checksum, (uint64_t)(at - start) << 8 | state);
            next = next_state[START][class];
        }
        if (state == START || next_state[state][class] == START)
            start = at;
        state = next;
    }
    for (int i = 0; i < STATES; i++)
        checksum = bench_mix(checksum, counts[i]);
    return bench_mix(checksum, matched);
}

int main(int argc, char **argv)
{
    long repeat = bench_repeat(argc, argv, 600);
    uint64_t checksum = 0, random = 4;

    build_tables();
    for (long round = 0; round < repeat; round++) {
        if (round % 50 == 0)
            write_text(&random);
        checksum = lex(checksum);
    }
    return bench_report(checksum);
}
