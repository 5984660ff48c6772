/* SPDX-License-Identifier: Apache-2.0
 *
 * The supervisor: reads the configuration, opens the listeners, starts workers and builders, and keeps what is served
 * in step with the files. It never runs guest code and never speaks to a client, but for the admin API.
 */
#ifndef MAYFLY_SERVER_SUPERVISOR_H
#define MAYFLY_SERVER_SUPERVISOR_H

#include "base/check.h"

/* Serves until a signal ends it; the exit code. SIGTERM, SIGINT: drain, a second one at once. SIGHUP: read everything
 * again. SIGUSR1: open the access log again. SIGUSR2: upgrade. */
int supervisor_run(const char *config_file);

#endif
