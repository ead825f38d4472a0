/* What the servers in C have in common: see server.c. */
#pragma once
#include <uv.h>

/* Ends the program unless status is one of success. */
void server_check(int status, const char *what);

/* The loop that server_run runs. */
extern uv_loop_t server_loop;

/*
 * Listens on 127.0.0.1, prints `listening on 127.0.0.1:PORT`, and serves until SIGTERM or SIGINT.
 * Then each other handle that is open is given to close_connection, and the loop must end.
 *
 * port: 0 takes any that is free
 */
void server_run(int port, uv_connection_cb on_connection, void (*close_connection)(uv_handle_t *));
