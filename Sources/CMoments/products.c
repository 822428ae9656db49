#include "products.h"

#include "loaders.h"

enum { group = persona_group, step = 8, wide = persona_line_step };

// Columns of a group of rows whose sums by pairs stay in the first-level cache.
enum { chunk = 256 };

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

// Goes through `columns` columns, at most `chunk` and a multiple of `wide`, of a group of rows. Two rows at a time leave room for their
// lanes in registers, and fetch the line once for both; their sum waits for that of the others.
INLINE void add_and_multiply_group(
    const uint8_t *rows, size_t stride, size_t columns, const double *shift, double *sums, const double *line,
    struct lanes *lanes, int squared) {
  double pairs[group / 2][chunk];
  for (size_t i = 0; i < group; i += 2) {
    const uint8_t *first = rows + i * stride, *second = first + stride;
    struct lanes a = lanes[i], b = lanes[i + 1];
    for (size_t j = 0; j < columns; j += wide) {
      doubles even, odd, other[2];
      load_both_bfloat16(first + 2 * j, &even, &odd);
      load_both_bfloat16(second + 2 * j, &other[0], &other[1]);
      multiply_both(&even, &odd, line + j, &a, squared);
      multiply_both(&other[0], &other[1], line + j, &b, squared);
      other[0] = even + other[0];
      other[1] = odd + other[1];
      memcpy(pairs[i / 2] + j, other, sizeof other);
    }
    lanes[i] = a;
    lanes[i + 1] = b;
  }
  for (size_t j = 0; j < columns; j += wide) {
    doubles p[group / 2][2], even, odd, middle[2], sum[2];
    for (size_t i = 0; i < group / 2; i++) memcpy(p[i], pairs[i] + j, sizeof p[i]);
    even = (p[0][0] + p[1][0]) + (p[2][0] + p[3][0]);
    odd = (p[0][1] + p[1][1]) + (p[2][1] + p[3][1]);
    memcpy(middle, shift + j, sizeof middle);
    memcpy(sum, sums + j, sizeof sum);
    add_both(&even, &odd, middle, sum);
    memcpy(sums + j, sum, sizeof sum);
  }
}

// The same of the last columns, fewer than `wide`, and zeros.
INLINE void add_and_multiply_rest(
    const uint8_t *rows, size_t stride, size_t columns, const double *shift, double *sums, const double *line,
    struct lanes *lanes, int squared) {
  double middle[wide] = {0}, sum[wide] = {0};
  uint8_t own[group * 2 * wide] = {0};
  memcpy(middle, shift, columns * sizeof *middle);
  memcpy(sum, sums, columns * sizeof *sum);
  for (size_t i = 0; i < group; i++) memcpy(own + i * 2 * wide, rows + i * stride, 2 * columns);
  add_and_multiply_group(own, 2 * wide, wide, middle, sum, line, lanes, squared);
  memcpy(sums, sum, columns * sizeof *sum);
}

INLINE void add_and_multiply(
    const uint8_t *rows, size_t stride, size_t groups, size_t columns, const double *shift, double *sums,
    const double *line, double *products, double *squares) {
  const size_t whole = columns / wide * wide;
  for (size_t k = 0; k < groups; k++, rows += group * stride, products += group) {
    struct lanes lanes[group];
    memset(lanes, 0, sizeof lanes);
    for (size_t j = 0; j < whole; j += chunk)
      add_and_multiply_group(
          rows + 2 * j, stride, whole - j < chunk ? whole - j : chunk, shift + j, sums + j, line + j, lanes,
          squares != NULL);
    if (whole < columns)
      add_and_multiply_rest(
          rows + 2 * whole, stride, columns - whole, shift + whole, sums + whole, line + whole, lanes, squares != NULL);
    for (size_t i = 0; i < group; i++) products[i] = total(&lanes[i].along);
    if (!squares) continue;
    for (size_t i = 0; i < group; i++) squares[i] = total(&lanes[i].own);
    squares += group;
  }
}

FOR_EACH_PROCESSOR
void persona_add_and_multiply_bfloat16(
    const uint8_t *rows, size_t stride, size_t groups, size_t columns, const double *shift, double *sums,
    const double *line, double *products, double *squares) {
  if (!squares) return add_and_multiply(rows, stride, groups, columns, shift, sums, line, products, NULL);
  add_and_multiply(rows, stride, groups, columns, shift, sums, line, products, squares);
}

void persona_add_and_multiply(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums, const double *line, double *products, double *squares) {
  size_t done = 0;
  if (encoding == persona_bfloat16) {
    done = count / group * group;
    persona_add_and_multiply_bfloat16(rows, stride, count / group, columns, shift, sums, line, products, squares);
  }
  // A group's rows are still in the second-level cache when they are multiplied.
  for (; done < count; done += group) {
    const size_t some = count - done < group ? count - done : group;
    const uint8_t *place = rows + done * stride;
    persona_add_rows(place, stride, some, columns, encoding, shift, sums, NULL);
    persona_row_products(
        place, stride, some, columns, encoding, line, products + done, squares ? squares + done : NULL);
  }
}
