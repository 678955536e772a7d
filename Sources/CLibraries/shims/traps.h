// The work in progress, in memory that outlives the process, and the handler that records which trap ended
// it. In C because the handler may call only what signal-safety(7) allows.
//
// Everything here is static: exactly one Swift file, Platform's BlackBox.swift, may use it.
#pragma once
#pragma clang module import SwiftGlibc  // otherwise this module, not Glibc, would own shared headers
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// One piece of work in progress. Its text follows in memory.
struct ccrash_mark {
  unsigned int is_taken;
  unsigned int thread;  // 0: owned by a task, which moves between threads
  unsigned int kind;
  unsigned int count;   // how many pieces start with this one
  long long key;
  unsigned long long order;  // increases; a thread's innermost work has the highest
  const unsigned char *_Nullable bytes;  // process memory, lost with the process, so the handler hashes it
  unsigned long long length;
  unsigned long long digest;
  unsigned int text_length;
  unsigned int reserved;
};

struct ccrash_page {
  unsigned char magic[8];
  volatile unsigned int signal;  // 0: no trap has ended this process
  volatile unsigned int thread;  // the one that trapped; 0 if another process sent the signal
};

enum { ccrash_page_bytes = 4096, ccrash_mark_bytes = 512, ccrash_text_bytes = 512 - sizeof(struct ccrash_mark) };

// The handler's state. Inside functions, because Swift's compiler emits no variables of headers.
struct ccrash_watcher {
  struct ccrash_page *_Nullable page;
  unsigned int marks;
  pthread_key_t stack_key;
  struct sigaction before[65];
};
static inline struct ccrash_watcher *_Nonnull ccrash_watcher(void) {
  static struct ccrash_watcher watcher = {0};
  return &watcher;
}
static inline unsigned int *_Nonnull ccrash_thread_number(void) {
  static __thread unsigned int number = 0;
  return &number;
}

// FNV-1a, skipping the value of "sentAt", which client libraries renew at each retry.
static inline unsigned long long ccrash_digest(const unsigned char *_Nonnull bytes, unsigned long long length) {
  static const char name[] = "\"sentAt\"";
  unsigned long long digest = 0xcbf29ce484222325ULL;
  for (unsigned long long i = 0; i < length; i++) {
    if (bytes[i] == '"' && length - i > sizeof name) {
      unsigned long long n = 0;
      while (n < sizeof name - 1 && bytes[i + n] == (unsigned char)name[n]) n++;
      if (n == sizeof name - 1) {
        i += n;
        while (i < length && bytes[i] != '"' && bytes[i] != ',' && bytes[i] != '}') i++;
        if (i < length && bytes[i] == '"')
          for (i++; i < length && bytes[i] != '"';) i++;
        if (i >= length) break;
      }
    }
    digest = (digest ^ bytes[i]) * 0x100000001b3ULL;
  }
  return digest;
}

static inline struct ccrash_mark *_Nonnull ccrash_mark_at(void *_Nonnull page, unsigned int index) {
  return (struct ccrash_mark *)((char *)page + ccrash_page_bytes + (size_t)index * ccrash_mark_bytes);
}

static void ccrash_handle(int number, siginfo_t *_Nullable info, void *_Nullable context) {
  struct ccrash_watcher *watcher = ccrash_watcher();
  struct ccrash_page *page = watcher->page;
  int is_sent = info && info->si_code <= 0;
  (void)context;
  if (page && !page->signal) {
    unsigned int thread = (unsigned int)syscall(SYS_gettid);
    int is_foreign = is_sent && info->si_pid != getpid();
    page->thread = is_foreign ? 0 : thread;
    page->signal = (unsigned int)number;
    __asm__ volatile("" ::: "memory");
    for (unsigned int i = 0; !is_foreign && i < watcher->marks; i++) {
      struct ccrash_mark *mark = ccrash_mark_at(page, i);
      if (mark->is_taken && mark->thread == thread && mark->bytes) mark->digest = ccrash_digest(mark->bytes, mark->length);
    }
    __asm__ volatile("" ::: "memory");
  }
  // Restore the previous handler, which gets the signal too; after a fault, because the instruction runs
  // again.
  (void)sigaction(number, &watcher->before[number], 0);
  if (is_sent || number == SIGTRAP || number == SIGABRT) (void)raise(number);
}

static void ccrash_free_stack(void *_Nullable stack) {
  stack_t none = {.ss_flags = SS_DISABLE};
  (void)sigaltstack(&none, 0);
  (void)munmap(stack, 64 << 10);
}

// The id of this thread. The first call after ccrash_watch also gives the thread a signal stack, since its
// own may be what overflowed.
static inline unsigned int ccrash_thread(void) {
  unsigned int *number = ccrash_thread_number();
  if (*number) return *number;
  // Cached only with the stack: a thread that called too early gets one later.
  if (!ccrash_watcher()->page) return (unsigned int)syscall(SYS_gettid);
  *number = (unsigned int)syscall(SYS_gettid);
  void *memory = mmap(0, 64 << 10, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory != MAP_FAILED) {
    stack_t stack = {.ss_sp = memory, .ss_size = 64 << 10};
    if (sigaltstack(&stack, 0) || pthread_setspecific(ccrash_watcher()->stack_key, memory)) (void)munmap(memory, 64 << 10);
  }
  return *number;
}

// From now on, traps are recorded in this page only. Returns an errno.
static inline int ccrash_watch(void *_Nonnull page, unsigned int marks) {
  static const int numbers[] = {SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  struct ccrash_watcher *watcher = ccrash_watcher();
  if (watcher->page) {
    watcher->page = (struct ccrash_page *)page;
    return 0;
  }
  int failure = pthread_key_create(&watcher->stack_key, ccrash_free_stack);
  if (failure) return failure;
  watcher->marks = marks;
  watcher->page = (struct ccrash_page *)page;
  struct sigaction action = {.sa_sigaction = ccrash_handle, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
  (void)sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    (void)sigaction(numbers[i], &action, &watcher->before[numbers[i]]);
  return 0;
}

// Stores that the compiler must not remove, although this process never reads them.
static inline void ccrash_set(struct ccrash_mark *_Nonnull mark, unsigned int kind, long long key, unsigned int count,
                              unsigned int text_length, unsigned long long order) {
  mark->kind = kind;
  mark->key = key;
  mark->count = count;
  mark->text_length = text_length;
  mark->order = order;
  __asm__ volatile("" ::: "memory");
}
static inline void ccrash_set_bytes(struct ccrash_mark *_Nonnull mark, const unsigned char *_Nullable bytes, unsigned long long length) {
  mark->bytes = bytes;
  mark->length = length;
  __asm__ volatile("" ::: "memory");
}
static inline void ccrash_take(struct ccrash_mark *_Nonnull mark, unsigned int thread) {
  mark->thread = thread;
  mark->kind = 0;
  mark->bytes = 0;
  mark->is_taken = 1;
  __asm__ volatile("" ::: "memory");
}
static inline void ccrash_leave(struct ccrash_mark *_Nonnull mark) {
  mark->is_taken = 0;
  mark->bytes = 0;
  __asm__ volatile("" ::: "memory");
}
static inline void *_Nullable ccrash_map(int fd, size_t length) {
  void *memory = mmap(0, length, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  return memory == MAP_FAILED ? 0 : memory;
}
