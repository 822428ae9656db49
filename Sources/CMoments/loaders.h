// Elements of a row as doubles, which hold each of them exactly: eight less `middle`, unless it is said otherwise.
#pragma once

#include "vectors.h"

INLINE void load_bfloat16(const uint8_t *bytes, const doubles *middle, doubles *result) {
  halves half;
  memcpy(&half, bytes, sizeof half);
  // bfloat16 is the upper half of a float.
  words word = __builtin_convertvector(half, words) << 16;
  floats values;
  memcpy(&values, &word, sizeof values);
  *result = __builtin_convertvector(values, doubles) - *middle;
}

// Sixteen bfloat16 as they are: those in even places, and those in odd ones. They are eight words, whose upper halves are the odd ones as
// floats, and whose lower halves the even ones: that spares a shuffle for each eight.
INLINE void load_both_bfloat16(const uint8_t *bytes, doubles *even, doubles *odd) {
  words both, low, high;
  floats values;
  memcpy(&both, bytes, sizeof both);
  low = both << 16;
  high = both & 0xFFFF0000;
  memcpy(&values, &low, sizeof values);
  *even = __builtin_convertvector(values, doubles);
  memcpy(&values, &high, sizeof values);
  *odd = __builtin_convertvector(values, doubles);
}

// Adds the sums of eight rows in sixteen columns, as they come of `load_both_bfloat16`, less the shift `middle`.
INLINE void add_both(const doubles *even, const doubles *odd, const doubles *middle, doubles *sum) {
  sum[0] += __builtin_shufflevector(*even, *odd, 0, 8, 1, 9, 2, 10, 3, 11) - middle[0] * 8;
  sum[1] += __builtin_shufflevector(*even, *odd, 4, 12, 5, 13, 6, 14, 7, 15) - middle[1] * 8;
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
