/*
 * A library to preload: the n-th write below a folder, and every later one, fails with ENOSPC, as on a disk that is full.
 * FULL_DISK_FOLDER names the folder, FULL_DISK_AT is n, counted from 1 over all processes in FULL_DISK_COUNT, a file of
 * eight bytes; 0 counts only. FULL_DISK_PAUSE_MS makes the disk slow: each write takes so long. Deleting stays possible.
 *
 * With FULL_DISK_KILL nothing fails: whoever makes the n-th write gets SIGKILL, in the middle of it where it writes bytes and
 * before it otherwise; removing counts as well. `process` ends that process alone, `group` all of its process group.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
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
static const char *killing;

__attribute__((constructor)) static void start(void) {
  const char *at = getenv("FULL_DISK_AT");
  const char *file = getenv("FULL_DISK_COUNT");
  folder = getenv("FULL_DISK_FOLDER");
  failing_at = at == NULL ? 0 : atol(at);
  const char *pause = getenv("FULL_DISK_PAUSE_MS");
  pause_ms = pause == NULL ? 0 : atol(pause);
  killing = getenv("FULL_DISK_KILL");
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

static void end(void) {
  kill(strcmp(killing, "group") == 0 ? 0 : getpid(), SIGKILL);
  for (;;) pause();
}

/* The number of this write; 0 for one elsewhere. */
static long counted(const char *path) {
  if (!is_below(path)) return 0;
  long number = __sync_add_and_fetch(count, 1);
  if (pause_ms > 0) usleep(pause_ms * 1000);
  return number;
}

static int is_full(const char *path) {
  long number = counted(path);
  if (number == 0 || failing_at == 0 || number < failing_at) return 0;
  if (killing != NULL) {
    if (number == failing_at) end();
    return 0;
  }
  errno = ENOSPC;
  return 1;
}

/* Where a descriptor leads; NULL if nobody knows. */
static const char *path_of(int descriptor, char *path) {
  char link[64];
  if (count == NULL) return NULL;
  int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, PATH_MAX - 1);
  errno = before;
  if (length < 0) return NULL;
  path[length] = 0;
  return path;
}

static int is_full_at(int descriptor) {
  char path[PATH_MAX];
  return is_full(path_of(descriptor, path));
}

/* Removing takes no room, but is a moment at which a process may be killed. */
static void remove_at(const char *path) {
  char folder_path[PATH_MAX], whole[PATH_MAX * 2];
  int descriptor, length = 0;
  if (killing == NULL) return;
  /* Through an open folder. */
  if (sscanf(path, "/proc/self/fd/%d/%n", &descriptor, &length) == 1 && length > 0 &&
      path_of(descriptor, folder_path) != NULL) {
    snprintf(whole, sizeof whole, "%s/%s", folder_path, path + length);
    path = whole;
  }
  is_full(path);
}

/* Whether the process is to end within this write of bytes; its first half is written by the caller. */
static int ends_within(int descriptor, int *fails) {
  char path[PATH_MAX];
  const char *target = path_of(descriptor, path);
  *fails = 0;
  if (killing == NULL) {
    *fails = is_full(target);
    return 0;
  }
  long number = counted(target);
  return number != 0 && number == failing_at;
}

#define REAL(name) __typeof__(name) *real = dlsym(RTLD_NEXT, #name)

#define BYTES_ON_DESCRIPTOR(name, parameters, arguments, half)             \
  ssize_t name parameters {                                                \
    REAL(name);                                                            \
    int fails;                                                             \
    if (ends_within(d, &fails)) {                                          \
      if (n > 1) real half;                                                \
      end();                                                               \
    }                                                                      \
    return fails ? -1 : real arguments;                                    \
  }

#define ON_DESCRIPTOR(name, result, parameters, arguments, descriptor)     \
  result name parameters {                                                 \
    REAL(name);                                                            \
    return is_full_at(descriptor) ? -1 : real arguments;                   \
  }

BYTES_ON_DESCRIPTOR(write, (int d, const void *b, size_t n), (d, b, n), (d, b, n / 2))
BYTES_ON_DESCRIPTOR(pwrite, (int d, const void *b, size_t n, off_t o), (d, b, n, o), (d, b, n / 2, o))
BYTES_ON_DESCRIPTOR(pwrite64, (int d, const void *b, size_t n, off64_t o), (d, b, n, o), (d, b, n / 2, o))
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

int unlink(const char *path) {
  REAL(unlink);
  remove_at(path);
  return real(path);
}

int rmdir(const char *path) {
  REAL(rmdir);
  remove_at(path);
  return real(path);
}

ssize_t sendfile64(int to, int from, off64_t *offset, size_t bytes) {
  REAL(sendfile64);
  return is_full_at(to) ? -1 : real(to, from, offset, bytes);
}

ssize_t sendfile(int to, int from, off_t *offset, size_t bytes) {
  REAL(sendfile);
  return is_full_at(to) ? -1 : real(to, from, offset, bytes);
}

/* Only what makes a file takes room; what empties one is a moment at which a process may be killed. */
static int makes_room(const char *path, int flags) {
  if (killing != NULL && (flags & O_TRUNC) != 0) return is_full(path);
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
