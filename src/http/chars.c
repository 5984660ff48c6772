/* SPDX-License-Identifier: Apache-2.0 */
#include "http/chars.h"

#define T HTTP_CHAR_TOKEN
#define V HTTP_CHAR_VALUE
#define R HTTP_CHAR_TARGET
#define H HTTP_CHAR_HOST
#define X HTTP_CHAR_HEX

const uint8_t http_chars[256] = {
    ['\t'] = V,
    [' '] = V,
    ['!'] = T | V | R,
    ['"'] = V | R,
    ['#'] = T | V,
    ['$' ... '\''] = T | V | R,
    ['(' ... ')'] = V | R,
    ['*' ... '+'] = T | V | R,
    [','] = V | R,
    ['-' ... '.'] = T | V | R | H,
    ['/'] = V | R,
    ['0' ... '9'] = T | V | R | H | X,
    [':' ... '@'] = V | R,
    ['A' ... 'F'] = T | V | R | H | X,
    ['G' ... 'Z'] = T | V | R | H,
    ['[' ... ']'] = V | R,
    ['^'] = T | V | R,
    ['_'] = T | V | R | H,
    ['`'] = T | V | R,
    ['a' ... 'f'] = T | V | R | H | X,
    ['g' ... 'z'] = T | V | R | H,
    ['{'] = V | R,
    ['|'] = T | V | R,
    ['}'] = V | R,
    ['~'] = T | V | R | H,
    [0x80 ... 0xff] = V,
};
