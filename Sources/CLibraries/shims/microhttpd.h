// libmicrohttpd: HTTP in. Starting a daemon, asking it and setting connection options are variadic.
#pragma once
#pragma clang module import SwiftGlibc  // else this module, not Glibc, owns what both include
#include <microhttpd.h>

static inline struct MHD_Daemon *_Nullable cmhd_start_daemon(
    unsigned flags, uint16_t port, MHD_AccessHandlerCallback _Nonnull f, void *_Nullable context,
    const struct MHD_OptionItem *_Nonnull options) {
  return MHD_start_daemon(flags, port, NULL, NULL, f, context, MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}
static inline uint16_t cmhd_daemon_port(struct MHD_Daemon *_Nonnull d) {
  const union MHD_DaemonInfo *i = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT);
  return i ? i->port : 0;
}
static inline unsigned cmhd_daemon_connections(struct MHD_Daemon *_Nonnull d) {
  const union MHD_DaemonInfo *i = MHD_get_daemon_info(d, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
  return i ? i->num_connections : 0;
}
static inline int cmhd_connection_fd(struct MHD_Connection *_Nonnull c) {
  const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
  return i ? i->connect_fd : -1;
}
static inline const struct sockaddr *_Nullable cmhd_connection_address(struct MHD_Connection *_Nonnull c) {
  const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  return i ? i->client_addr : NULL;
}
static inline enum MHD_Result cmhd_set_timeout(struct MHD_Connection *_Nonnull c, unsigned seconds) {
  return MHD_set_connection_option(c, MHD_CONNECTION_OPTION_TIMEOUT, seconds);
}
static inline void *_Nullable cmhd_socket_context(struct MHD_Connection *_Nonnull c) {
  const union MHD_ConnectionInfo *i = MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return i ? i->socket_context : NULL;
}
