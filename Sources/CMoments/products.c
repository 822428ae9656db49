#include "products.h"

#include "loaders.h"

enum { step = 8, wide = persona_line_step };

// Sums of products are taken in eight lanes, twice as many as wait for one another.
#define MULTIPLY(name, width)                                                                                         \
  INLINE void multiply_##name(                                                                                        \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *line, double *products,         \
      double *squares) {                                                                                              \
    const size_t whole = columns / step * step, rest = columns - whole;                                               \
    const doubles zero = {0};                                                                                         \
    for (size_t i = 0; i < count; i++, rows += stride) {                                                              \
      doubles value, factor, sums[2] = {{0}, {0}}, own[2] = {{0}, {0}};                                               \
      for (size_t j = 0; j < columns; j += step) {                                                                    \
        if (j < whole) {                                                                                              \
          load_##name(rows + width * j, &zero, &value);                                                               \
        } else {                                                                                                      \
          /* The last columns, and zeros. */                                                                          \
          uint8_t bytes[step * width] = {0};                                                                          \
          memcpy(bytes, rows + width * whole, rest * width);                                                          \
          load_##name(bytes, &zero, &value);                                                                          \
        }                                                                                                             \
        memcpy(&factor, line + j, sizeof factor);                                                                     \
        sums[j / step % 2] += value * factor;                                                                         \
        if (squares) own[j / step % 2] += value * value;                                                              \
      }                                                                                                               \
      sums[0] += sums[1];                                                                                             \
      products[i] = total(&sums[0]);                                                                                  \
      if (!squares) continue;                                                                                         \
      own[0] += own[1];                                                                                               \
      squares[i] = total(&own[0]);                                                                                    \
    }                                                                                                                 \
  }

MULTIPLY(float16, 2)
MULTIPLY(float32, 4)
MULTIPLY(float64, 8)

// The sums of products of a row of bfloat16 with the line, and with itself.
struct lanes {
  doubles along, own;
};

// Adds sixteen elements, evens before odds, of `line` too.
INLINE void multiply_both(
    const doubles *even, const doubles *odd, const double *line, struct lanes *lanes, int squared) {
  doubles factors[2];
  memcpy(factors, line, sizeof factors);
  lanes->along += *even * factors[0];
  if (squared) lanes->own += *even * *even;
  lanes->along += *odd * factors[1];
  if (squared) lanes->own += *odd * *odd;
}

INLINE void multiply_bfloat16(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *line, double *products,
    double *squares) {
  const size_t whole = columns / wide * wide, rest = columns - whole;
  for (size_t i = 0; i < count; i++, rows += stride) {
    struct lanes lanes = {{0}, {0}};
    doubles even, odd;
    for (size_t j = 0; j < whole; j += wide) {
      load_both_bfloat16(rows + 2 * j, &even, &odd);
      multiply_both(&even, &odd, line + j, &lanes, squares != NULL);
    }
    if (rest > 0) {
      uint8_t bytes[2 * wide] = {0};
      memcpy(bytes, rows + 2 * whole, 2 * rest);
      load_both_bfloat16(bytes, &even, &odd);
      multiply_both(&even, &odd, line + whole, &lanes, squares != NULL);
    }
    products[i] = total(&lanes.along);
    if (squares) squares[i] = total(&lanes.own);
  }
}

#define FOR_ROWS(name)                                                                                                \
  FOR_EACH_PROCESSOR                                                                                                  \
  void persona_multiply_##name(                                                                                       \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *line, double *products,         \
      double *squares) {                                                                                              \
    if (!squares) return multiply_##name(rows, stride, count, columns, line, products, NULL);                         \
    multiply_##name(rows, stride, count, columns, line, products, squares);                                           \
  }

FOR_ROWS(bfloat16)
FOR_ROWS(float16)
FOR_ROWS(float32)
FOR_ROWS(float64)

void persona_row_products(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *line,
    double *products, double *squares) {
  switch (encoding) {
  case persona_bfloat16: return persona_multiply_bfloat16(rows, stride, count, columns, line, products, squares);
  case persona_float16: return persona_multiply_float16(rows, stride, count, columns, line, products, squares);
  case persona_float32: return persona_multiply_float32(rows, stride, count, columns, line, products, squares);
  case persona_float64: return persona_multiply_float64(rows, stride, count, columns, line, products, squares);
  }
}
