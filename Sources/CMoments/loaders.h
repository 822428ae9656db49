// Eight elements of a row as doubles, which hold each of them exactly, less `middle`.
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
