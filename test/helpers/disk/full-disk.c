/*
 * A library to preload: the n-th write below a folder, and every later one, fails with ENOSPC, as on a disk that is full.
 * FULL_DISK_FOLDER names the folder, FULL_DISK_AT is n, counted from 1 over all processes in FULL_DISK_COUNT, a file of
 * eight bytes; 0 counts only. FULL_DISK_PAUSE_MS makes the disk slow: each write takes so long. Deleting stays possible.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *folder;
static long failing_at;
static long pause_ms;
static long *count;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("FULL_DISK_AT");
  const char *file = getenv("FULL_DISK_COUNT");
  folder = getenv("FULL_DISK_FOLDER");
  failing_at = at == NULL ? 0 : atol(at);
  const char *pause = getenv("FULL_DISK_PAUSE_MS");
  pause_ms = pause == NULL ? 0 : atol(pause);
  if (file == NULL || folder == NULL) return;
  int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
  int descriptor = real(file, O_RDWR);
  if (descriptor < 0) return;
  void *memory = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  close(descriptor);
  if (memory != MAP_FAILED) count = memory;
}

static int is_below(const char *path) {
  return count != NULL && path != NULL && strncmp(path, folder, strlen(folder)) == 0;
}

static int is_full(const char *path) {
  if (!is_below(path)) return 0;
  long number = __sync_add_and_fetch(count, 1);
  if (pause_ms > 0) usleep(pause_ms * 1000);
  if (failing_at == 0 || number < failing_at) return 0;
  errno = ENOSPC;
  return 1;
}

static int is_full_at(int descriptor) {
  char link[64], path[PATH_MAX];
  if (count == NULL) return 0;
  int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = before;
  if (length < 0) return 0;
  path[length] = 0;
  return is_full(path);
}

#define REAL(name) __typeof__(name) *real = dlsym(RTLD_NEXT, #name)

#define ON_DESCRIPTOR(name, result, parameters, arguments, descriptor)     \
  result name parameters {                                                 \
    REAL(name);                                                            \
    return is_full_at(descriptor) ? -1 : real arguments;                   \
  }

ON_DESCRIPTOR(write, ssize_t, (int d, const void *b, size_t n), (d, b, n), d)
ON_DESCRIPTOR(pwrite, ssize_t, (int d, const void *b, size_t n, off_t o), (d, b, n, o), d)
ON_DESCRIPTOR(pwrite64, ssize_t, (int d, const void *b, size_t n, off64_t o), (d, b, n, o), d)
ON_DESCRIPTOR(writev, ssize_t, (int d, const struct iovec *v, int n), (d, v, n), d)
ON_DESCRIPTOR(pwritev, ssize_t, (int d, const struct iovec *v, int n, off_t o), (d, v, n, o), d)
ON_DESCRIPTOR(pwritev64, ssize_t, (int d, const struct iovec *v, int n, off64_t o), (d, v, n, o), d)
ON_DESCRIPTOR(fsync, int, (int d), (d), d)
ON_DESCRIPTOR(fdatasync, int, (int d), (d), d)
ON_DESCRIPTOR(ftruncate, int, (int d, off_t n), (d, n), d)
ON_DESCRIPTOR(ftruncate64, int, (int d, off64_t n), (d, n), d)

int rename(const char *from, const char *to) {
  REAL(rename);
  return is_full(to) ? -1 : real(from, to);
}

int mkdir(const char *path, mode_t mode) {
  REAL(mkdir);
  return is_full(path) ? -1 : real(path, mode);
}

int link(const char *from, const char *to) {
  REAL(link);
  return is_full(to) ? -1 : real(from, to);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes) {
  REAL(sendfile64);
  return is_full_at(to) ? -1 : real(to, from, offset, bytes);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t bytes) {
  REAL(sendfile);
  return is_full_at(to) ? -1 : real(to, from, offset, bytes);
}

/* Only what makes a file takes room. */
static int makes_room(const char *path, int flags) {
  return (flags & O_CREAT) != 0 && access(path, F_OK) != 0 && is_full(path);
}

#define OPENING(name)                                            \
  int name(const char *path, int flags, ...) {                   \
    REAL(name);                                                  \
    va_list rest;                                                \
    va_start(rest, flags);                                       \
    mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0;  \
    va_end(rest);                                                \
    return makes_room(path, flags) ? -1 : real(path, flags, mode); \
  }

OPENING(open)
OPENING(open64)
