/* Sockets of files and of addresses, and who is at the other end. */
#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "functions.h"
#include "values.h"

static int open_unix(const char *path, int type, int (*attach)(int, const struct sockaddr *, socklen_t)) {
  struct sockaddr_un address;
  size_t size = strlen(path) + 1;
  if (size < 2 || size > sizeof address.sun_path) return size < 2 ? -ENOENT : -ENAMETOOLONG;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  memcpy(address.sun_path, path, size);
  socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
  if (*path == '@') { /* not a file: a name that starts and does not end with NUL */
    address.sun_path[0] = 0;
    length--;
  }
  int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
  if (fd < 0) return -errno;
  if (attach(fd, (struct sockaddr *)&address, length) == 0) return fd;
  int error = errno;
  close(fd);
  return -error;
}

/* bind, or connect without waiting, as a stream or as datagrams. */
napi_value js_open_unix(napi_env env, napi_callback_info info) {
  napi_value arg[2];
  double how;
  if (!arguments(env, info, 2, arg)) return NULL;
  if (!read_number(env, arg[1], 0, 2, &how)) return fail(env, "openUnix: how");
  char *path = read_text(env, arg[0]);
  if (path == NULL) return fail(env, "openUnix: path");
  int fd = how == 0 ? open_unix(path, SOCK_STREAM, bind)
                    : open_unix(path, (how == 1 ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK, connect);
  free(path);
  return number(env, fd);
}

/* @returns a bound socket or a negative errno; for a host without an address a text in `unknown` */
static int bind_tcp(const char *host, const char *port, int family, char *unknown, size_t size) {
  struct addrinfo hints, *found = NULL;
  memset(&hints, 0, sizeof hints);
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  int problem = getaddrinfo(*host == 0 ? NULL : host, port, &hints, &found);
  if (problem != 0) {
    snprintf(unknown, size, "[Errno %d] %s", problem, gai_strerror(problem));
    return -EADDRNOTAVAIL;
  }
  *unknown = 0;
  int on = 1, fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), error = fd < 0 ? errno : 0;
  if (fd >= 0) {
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, found->ai_addr, found->ai_addrlen) != 0) {
      error = errno;
      close(fd);
    }
  }
  freeaddrinfo(found);
  return error == 0 ? fd : -error;
}

napi_value js_bind_tcp(napi_env env, napi_callback_info info) {
  napi_value arg[2];
  double port;
  char service[8], unknown[256];
  if (!arguments(env, info, 2, arg)) return NULL;
  if (!read_number(env, arg[1], 0, 65535, &port)) return fail(env, "bindTcp: port");
  char *host = read_text(env, arg[0]);
  if (host == NULL) return fail(env, "bindTcp: host");
  snprintf(service, sizeof service, "%d", (int)port);
  int fd = bind_tcp(host, service, AF_INET, unknown, sizeof unknown);
  if (*unknown != 0) fd = bind_tcp(host, service, AF_INET6, unknown, sizeof unknown);
  free(host);
  return *unknown != 0 ? text(env, unknown) : number(env, fd);
}

napi_value js_listen(napi_env env, napi_callback_info info) {
  int arg[2];
  if (!integers(env, info, 2, arg)) return NULL;
  return number(env, listen(arg[0], arg[1]) == 0 ? 0 : -errno);
}

/* Who connected, as the kernel knows it: [pid, uid, gid, more groups...]. */
napi_value js_peer(napi_env env, napi_callback_info info) {
  int fd;
  if (!integers(env, info, 1, &fd)) return NULL;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return number(env, -errno);
  napi_value result = NULL;
  napi_create_array(env, &result);
  napi_set_element(env, result, 0, number(env, peer.pid));
  napi_set_element(env, result, 1, number(env, peer.uid));
  napi_set_element(env, result, 2, number(env, peer.gid));
  size = 0; /* the first call says how much there is; kernels before 4.13 know the primary group only */
  if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &size) == 0 || errno != ERANGE) return result;
  gid_t *groups = malloc(size);
  if (groups != NULL && getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) == 0)
    for (uint32_t i = 0; i < size / sizeof *groups; i++) napi_set_element(env, result, 3 + i, number(env, groups[i]));
  free(groups);
  return result;
}
