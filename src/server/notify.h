/* SPDX-License-Identifier: Apache-2.0
 *
 * Telling systemd (or whoever else set NOTIFY_SOCKET) how the server does: sd_notify(3) without its library.
 */
#ifndef MAYFLY_SERVER_NOTIFY_H
#define MAYFLY_SERVER_NOTIFY_H

/* Assignments, separated by newlines: "READY=1", "MAINPID=12\nSTATUS=serves". Nothing happens if nobody wants to know.
 */
void notify_send(const char *text);

#endif
