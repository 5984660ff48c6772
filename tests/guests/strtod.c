/* SPDX-License-Identifier: Apache-2.0
 *
 * Text to numbers: strtod to the last bit, strtol with its limits and errors.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void floating(const char *text)
{
    char *end;
    errno = 0;
    double value = strtod(text, &end);
    unsigned long bits;
    memcpy(&bits, &value, sizeof(bits));
    printf("strtod '%s' = %016lx, %d left, errno %d\n", text, bits, (int)strlen(end), errno);
    float single = strtof(text, NULL);
    unsigned word;
    memcpy(&word, &single, sizeof(word));
    printf("strtof = %08x\n", word);
}

static void integer(const char *text, int base)
{
    char *end;
    errno = 0;
    long value = strtol(text, &end, base);
    int error = errno;
    errno = 0;
    unsigned long without_sign = strtoul(text, NULL, base);
    printf("strtol '%s' base %d = %ld, %d left, errno %d; strtoul %lu, errno %d\n", text, base, value, (int)strlen(end),
           error, without_sign, errno);
}

int main(void)
{
    static const char *const floats[] = {"0",
                                         "-0",
                                         "1",
                                         "0.1",
                                         "1e23",
                                         "8.5e22",
                                         "2.2250738585072011e-308",
                                         "2.2250738585072014e-308",
                                         "4.9e-324",
                                         "2.4e-324",
                                         "1.7976931348623157e308",
                                         "1.7976931348623159e308",
                                         "1e400",
                                         "-1e400",
                                         "1e-400",
                                         "inf",
                                         "-Infinity",
                                         "nan",
                                         "0x1.8p3",
                                         "0x.1p-1074",
                                         "  12.5abc",
                                         ".5",
                                         "5.",
                                         "e5",
                                         "1e",
                                         "+3",
                                         "9007199254740993",
                                         "9007199254740992.99999999999999999999",
                                         "123456789012345678901234567890",
                                         "1.00000017881393432617187499",
                                         "0.500000000000000166533453693773481063544750213623046875"};
    for (size_t i = 0; i < sizeof(floats) / sizeof(floats[0]); i++)
        floating(floats[i]);
    integer("42", 10);
    integer("-0x7fffffffffffffff", 16);
    integer("0755", 0);
    integer("0xffz", 0);
    integer("zz", 36);
    integer("99999999999999999999", 10);
    integer("-99999999999999999999", 10);
    integer("", 10);
    integer("  +7 ", 10);
    printf("%d %ld %g\n", atoi("123x"), atol("-9"), atof("2.75"));
    return 0;
}
