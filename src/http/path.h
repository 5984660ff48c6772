/* SPDX-License-Identifier: Apache-2.0
 *
 * The normal form of a path: what it means, however it was spelled. Whoever decides by path must decide by this, or
 * "/%61dmin", "//admin" and "/x/../admin" go around a rule about "/admin".
 */
#ifndef MAYFLY_HTTP_PATH_H
#define MAYFLY_HTTP_PATH_H

#include <stdbool.h>

#include "base/check.h"
#include "base/span.h"

/* Whether nothing in `path` can be spelled otherwise: no '%', no '\', no empty segment, none that begins with a dot. */
MUST_USE bool http_path_is_plain(struct span path);

/* Writes the normal form of `path`, which begins with '/', to `out`, which has room for path.size bytes. Its size, at
 * least 1.
 *
 * "%XX" is decoded, once, whatever it stands for: a slash or dot that is hidden so is read as one, since some programs
 * read it so (RFC 3986 §6.2.2.2 asks for that of letters, digits and "-._~" only). What is no "%XX" stays. Then '\' is
 * '/', empty segments and "." go, ".." goes with the segment before it and never above the first (RFC 3986 §5.2.4). A
 * '/' at the end stays. */
MUST_USE size_t http_path_normalise(struct span path, char *out);

#endif
