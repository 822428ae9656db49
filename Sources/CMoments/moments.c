#include "moments.h"

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

// The rows one by one would wait for each sum: a tree, and four sums of squares, do not.
#define ADD(name, width)                                                                                              \
  FOR_EACH_PROCESSOR                                                                                                  \
  void persona_add_##name(                                                                                            \
      const uint8_t *rows, size_t stride, size_t columns, const double *shift, double *sums, double *squares) {       \
    doubles own[4];                                                                                                   \
    memcpy(own, squares, sizeof own);                                                                                 \
    for (size_t j = 0; j < columns; j += 8) {                                                                         \
      doubles middle, sum;                                                                                            \
      memcpy(&middle, shift + j, sizeof middle);                                                                      \
      memcpy(&sum, sums + j, sizeof sum);                                                                             \
      const uint8_t *place = rows + width * j;                                                                        \
      doubles a, b, c, d, e, f, g, h;                                                                                 \
      load_##name(place, &middle, &a);                                                                                \
      load_##name(place + stride, &middle, &b);                                                                       \
      load_##name(place + 2 * stride, &middle, &c);                                                                   \
      load_##name(place + 3 * stride, &middle, &d);                                                                   \
      load_##name(place + 4 * stride, &middle, &e);                                                                   \
      load_##name(place + 5 * stride, &middle, &f);                                                                   \
      load_##name(place + 6 * stride, &middle, &g);                                                                   \
      load_##name(place + 7 * stride, &middle, &h);                                                                   \
      sum += ((a + b) + (c + d)) + ((e + f) + (g + h));                                                               \
      memcpy(sums + j, &sum, sizeof sum);                                                                             \
      own[0] += a * a + b * b;                                                                                        \
      own[1] += c * c + d * d;                                                                                        \
      own[2] += e * e + f * f;                                                                                        \
      own[3] += g * g + h * h;                                                                                        \
    }                                                                                                                 \
    memcpy(squares, own, sizeof own);                                                                                 \
  }

ADD(bfloat16, 2)
ADD(float16, 2)
ADD(float32, 4)
ADD(float64, 8)

void persona_add_rows(
    const uint8_t *rows, size_t stride, size_t columns, enum persona_encoding encoding, const double *shift, double *sums,
    double *squares) {
  switch (encoding) {
  case persona_bfloat16: return persona_add_bfloat16(rows, stride, columns, shift, sums, squares);
  case persona_float16: return persona_add_float16(rows, stride, columns, shift, sums, squares);
  case persona_float32: return persona_add_float32(rows, stride, columns, shift, sums, squares);
  case persona_float64: return persona_add_float64(rows, stride, columns, shift, sums, squares);
  }
}
