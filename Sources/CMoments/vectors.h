// Vectors of eight numbers, and the processors that loops over them are compiled for.
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__GLIBC__)
// The loader picks the widest that the processor has.
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

// A fused product would round otherwise than two operations do, and only where there is one.
#pragma clang fp contract(off)

typedef double doubles __attribute__((vector_size(64)));
typedef float floats __attribute__((vector_size(32)));
typedef uint32_t words __attribute__((vector_size(32)));
typedef uint16_t halves __attribute__((vector_size(16)));

#define INLINE static inline __attribute__((always_inline))

// The sum of eight lanes, by a pointer: a vector of this size is no argument of functions on every processor.
INLINE double total(const doubles *sums) {
  double lanes[8];
  memcpy(lanes, sums, sizeof lanes);
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) + ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}
