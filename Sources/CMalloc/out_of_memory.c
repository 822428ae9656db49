// The allocation functions of the C library, with a word when one fails. An executable's own definitions are taken in place of the
// library's, everywhere in the process (glibc manual, "Replacing malloc"); these hand on to the library's by its own names for them.
#define _GNU_SOURCE
#include "allocator.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

static void (*when_failed)(size_t);
static int status_failed;
static atomic_flag is_failing = ATOMIC_FLAG_INIT;
static _Thread_local int fails_here;
static size_t limit_of_group;

void persona_when_out_of_memory(void (*body)(size_t), int status) {
  status_failed = status;
  when_failed = body;
}

void persona_limit_memory(size_t bytes) { limit_of_group = bytes; }

#ifdef __GLIBC__

// Smaller allocations are not worth a look at what the process holds.
enum { large = 1 << 20 };

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static void fail(size_t bytes) {
  // What is done about it may fail in its turn.
  if (fails_here) _exit(status_failed);
  if (atomic_flag_test_and_set(&is_failing))
    for (;;) pause();
  fails_here = 1;
  when_failed(bytes);
  _exit(status_failed);
}

// What the process holds that is not in files, in bytes: what its control group counts and cannot take away; 0 if that is not told.
static size_t held(void) {
  char text[128];
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t count = read(file, text, sizeof text - 1);
  close(file);
  if (count <= 0) return 0;
  text[count] = 0;
  char *next = text;
  strtoul(next, &next, 10);
  size_t resident = strtoul(next, &next, 10), shared = strtoul(next, &next, 10);
  return (resident - shared) * (size_t)sysconf(_SC_PAGESIZE);
}

// Of `bytes` more the kernel would end the process when they are written to, without a word.
static void require_room(size_t bytes) {
  if (bytes >= large && limit_of_group && when_failed && held() + bytes > limit_of_group) fail(bytes);
}

static void *checked(void *memory, size_t bytes) {
  if (!memory && bytes && when_failed) fail(bytes);
  return memory;
}

void *malloc(size_t bytes) {
  require_room(bytes);
  return checked(__libc_malloc(bytes), bytes);
}

void *calloc(size_t count, size_t bytes) {
  if (!bytes || count <= SIZE_MAX / bytes) require_room(count * bytes);
  void *memory = __libc_calloc(count, bytes);
  return memory ? memory : checked(memory, count * bytes);
}

void *realloc(void *old, size_t bytes) {
  size_t had = old ? malloc_usable_size(old) : 0;
  if (bytes > had) require_room(bytes - had);
  return checked(__libc_realloc(old, bytes), bytes);
}

void *memalign(size_t alignment, size_t bytes) {
  require_room(bytes);
  return checked(__libc_memalign(alignment, bytes), bytes);
}

void *aligned_alloc(size_t alignment, size_t bytes) { return memalign(alignment, bytes); }

int posix_memalign(void **memory, size_t alignment, size_t bytes) {
  if (alignment % sizeof(void *) || alignment & (alignment - 1) || !alignment) return EINVAL;
  *memory = memalign(alignment, bytes);
  return *memory || !bytes ? 0 : ENOMEM;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  static int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  if (!create) create = (int (*)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *))dlsym(RTLD_NEXT, "pthread_create");
  int status = create(thread, attributes, body, argument);
  // libdispatch would try again for as long as it takes.
  if (status == EAGAIN && when_failed) fail(0);
  return status;
}

#endif
