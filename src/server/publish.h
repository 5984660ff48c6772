/* SPDX-License-Identifier: Apache-2.0
 *
 * Configuration and tenants into a publication: who answers which host, and with what.
 */
#ifndef MAYFLY_SERVER_PUBLISH_H
#define MAYFLY_SERVER_PUBLISH_H

#include <stdint.h>

#include "base/check.h"
#include "server/catalog.h"
#include "server/claims.h"
#include "server/config.h"
#include "server/listeners.h"
#include "server/publication.h"
#include "server/tenant_store.h"

/* `claims` are those of the publication before and become those of this one: a host stays with the tenant that has it,
 * whoever else claims it. Tenants that lose get a routing_error, with a line in the log. NULL with a line in the log:
 * no memory, or no memfd; nothing has changed then. */
MUST_USE struct publication *publish_make(const struct server_config *server, const struct listeners *listeners,
                                          const struct tenant_store *store, uint64_t generation, struct claims *claims);

/* The catalog alone, for the names in the metrics; NULL: no memory. Free with publish_free_names. */
MUST_USE struct catalog *publish_names(const struct tenant_store *store);
void publish_free_names(struct catalog *catalog);

#endif
