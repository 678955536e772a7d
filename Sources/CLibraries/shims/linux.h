// Linux calls that the Glibc module does not show, because it leaves out their headers or _GNU_SOURCE.
#pragma once
#pragma clang module import SwiftGlibc  // otherwise this module, not Glibc, would own shared headers
#include <errno.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <malloc.h>

extern int pthread_setname_np(pthread_t thread, const char *_Nonnull name);
static inline void clinux_name_thread(const char *_Nonnull name) { (void)pthread_setname_np(pthread_self(), name); }

// The f_type of statfs(2), or -1.
static inline long clinux_file_system_type(int fd) {
  struct statfs s;
  return fstatfs(fd, &s) == 0 ? (long)s.f_type : -1;
}
// pidfd_open(2): a descriptor that becomes readable when the process ends.
static inline int clinux_open_process(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

static inline int clinux_open_signals(const sigset_t *_Nonnull set) { return signalfd(-1, set, SFD_CLOEXEC); }
// The number of the next signal, 0 after an interrupted read, -1 on failure.
static inline int clinux_next_signal(int fd) {
  struct signalfd_siginfo s;
  ssize_t n = read(fd, &s, sizeof s);
  return n == (ssize_t)sizeof s ? (int)s.ssi_signo : n < 0 ? -1 : 0;
}
static inline int clinux_open_event(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
static inline void clinux_raise_event(int fd) { (void)eventfd_write(fd, 1); }
static inline void clinux_clear_event(int fd) { eventfd_t v; (void)eventfd_read(fd, &v); }

// Allocates disk space past an offset without making the file longer (FALLOC_FL_KEEP_SIZE). Returns an errno.
static inline int clinux_reserve(int fd, long long offset, long long length) {
  return syscall(SYS_fallocate, fd, 1, offset, length) == 0 ? 0 : errno;
}

// The start of data at or after an offset (SEEK_DATA), or -1.
static inline long long clinux_next_data(int fd, long long offset) { return lseek(fd, offset, 3); }

// The number of unread bytes in a pipe, or -1.
static inline int clinux_unread_bytes(int fd) {
  int count = 0;
  return ioctl(fd, FIONREAD, &count) == 0 ? count : -1;
}

// Starts a detached thread; returns an errno. In C because Swift finds pthread_attr_t and winsize in several
// modules at once and may then refuse their members.
static inline int clinux_start_thread(void *_Nullable (*_Nonnull f)(void *_Nullable), void *_Nullable context, size_t stack) {
  pthread_attr_t attributes;
  pthread_t thread;
  int failure = pthread_attr_init(&attributes);
  if (failure) return failure;
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, stack);
  failure = pthread_create(&thread, &attributes, f, context);
  pthread_attr_destroy(&attributes);
  return failure;
}
// The columns of a terminal, or 0 if unknown.
static inline int clinux_terminal_columns(int fd) {
  struct winsize size;
  return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}
extern int pipe2(int fds[_Nonnull 2], int flags);
static inline int clinux_open_pipe(int fds[_Nonnull 2]) { return pipe2(fds, 02000000 /* O_CLOEXEC */); }
extern int accept4(int fd, struct sockaddr *_Nullable address, socklen_t *_Nullable length, int flags);
static inline int clinux_accept(int fd) { return accept4(fd, 0, 0, SOCK_CLOEXEC); }
// The user id of the peer of a unix socket (SO_PEERCRED), or -1.
static inline long clinux_peer_user(int fd) {
  struct { pid_t pid; uid_t user; gid_t group; } c;
  socklen_t n = sizeof c;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &c, &n) == 0 ? (long)c.user : -1;
}

extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *_Nonnull actions, const char *_Nonnull path);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *_Nonnull actions, int from);

// Swift imports neither mallopt nor M_MMAP_THRESHOLD.
static inline int clinux_set_mmap_threshold(int bytes) { return mallopt(M_MMAP_THRESHOLD, bytes); }
