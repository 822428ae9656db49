// Eight elements of a row as doubles, for the loops of moments.c and sums.c.
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

// Eight elements as doubles, which hold each of them exactly, less `middle`.

INLINE void load_bfloat16(const uint8_t *bytes, const doubles *middle, doubles *result) {
  halves half;
  memcpy(&half, bytes, sizeof half);
  // bfloat16 is the upper half of a float.
  words word = __builtin_convertvector(half, words) << 16;
  floats values;
  memcpy(&values, &word, sizeof values);
  *result = __builtin_convertvector(values, doubles) - *middle;
}

INLINE void load_float16(const uint8_t *bytes, const doubles *middle, doubles *result) {
  halves half;
  memcpy(&half, bytes, sizeof half);
  words word = __builtin_convertvector(half, words);
  words sign = (word & 0x8000) << 16, rest = word & 0x7FFF;
  // In a float's fields; a product, which is exact, makes up for the other bias of the exponent, subnormals too.
  words shifted = rest << 13;
  floats values;
  memcpy(&values, &shifted, sizeof values);
  values *= 0x1p112f;
  memcpy(&word, &values, sizeof word);
  // Infinities and NaNs alike become NaNs: neither can be summed.
  words is_special = (words)(rest >= 0x7C00);
  word = sign | (word & ~is_special) | (is_special & 0x7FC00000);
  memcpy(&values, &word, sizeof values);
  *result = __builtin_convertvector(values, doubles) - *middle;
}

INLINE void load_float32(const uint8_t *bytes, const doubles *middle, doubles *result) {
  floats values;
  memcpy(&values, bytes, sizeof values);
  *result = __builtin_convertvector(values, doubles) - *middle;
}

INLINE void load_float64(const uint8_t *bytes, const doubles *middle, doubles *result) {
  doubles values;
  memcpy(&values, bytes, sizeof values);
  *result = values - *middle;
}
