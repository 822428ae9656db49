#include "products.h"

#include "loaders.h"

enum { group = persona_group, wide = persona_line_step };

// Columns of a group of rows whose sums by pairs stay in the first-level cache.
enum { chunk = 256 };

typedef double doubles_8 __attribute__((vector_size(64))), doubles_4 __attribute__((vector_size(32)));
typedef float floats_8 __attribute__((vector_size(32))), floats_4 __attribute__((vector_size(16)));
typedef uint32_t words_8 __attribute__((vector_size(32))), words_4 __attribute__((vector_size(16)));

// The eight lanes of a row: its products with the line, and with itself.
struct lanes {
  double along[8], own[8];
};

// Goes through `columns` columns, at most `chunk` and a multiple of `wide`, of two rows, which fetch the line once for both: their
// products to `a` and `b`, and their sums, of each `wide` columns those in even places before those in odd ones, to `pair`. It goes by
// `size` lanes at a time: as many as fit in a register, so that the lanes of both rows and what is read of them stay in sixteen.
#define TWO_ROWS(size)                                                                                                \
  INLINE void load_##size(const uint8_t *bytes, doubles_##size *even, doubles_##size *odd) {                          \
    words_##size both, word;                                                                                          \
    floats_##size values;                                                                                             \
    memcpy(&both, bytes, sizeof both);                                                                                \
    word = both << 16;                                                                                                \
    memcpy(&values, &word, sizeof values);                                                                            \
    *even = __builtin_convertvector(values, doubles_##size);                                                          \
    word = both & 0xFFFF0000;                                                                                         \
    memcpy(&values, &word, sizeof values);                                                                            \
    *odd = __builtin_convertvector(values, doubles_##size);                                                           \
  }                                                                                                                   \
                                                                                                                      \
  struct lanes_##size {                                                                                               \
    doubles_##size along[8 / size], own[8 / size];                                                                    \
  };                                                                                                                  \
                                                                                                                      \
  INLINE void two_rows_##size(                                                                                        \
      const uint8_t *first, const uint8_t *second, size_t columns, const double *line, double *pair, struct lanes *a, \
      struct lanes *b, int squared) {                                                                                 \
    struct lanes_##size one, other;                                                                                   \
    memcpy(&one, a, sizeof one);                                                                                      \
    memcpy(&other, b, sizeof other);                                                                                  \
    for (size_t j = 0; j < columns; j += wide) {                                                                      \
      for (size_t i = 0; i < 8 / size; i++) {                                                                         \
        const size_t even = j + i * size, odd = even + 8;                                                             \
        doubles_##size factor, x[2], y[2];                                                                            \
        load_##size(first + 2 * j + 4 * i * size, &x[0], &x[1]);                                                      \
        load_##size(second + 2 * j + 4 * i * size, &y[0], &y[1]);                                                     \
        for (size_t k = 0; k < 2; k++) {                                                                              \
          memcpy(&factor, line + (k ? odd : even), sizeof factor);                                                    \
          one.along[i] += x[k] * factor;                                                                              \
          other.along[i] += y[k] * factor;                                                                            \
          if (squared) one.own[i] += x[k] * x[k];                                                                     \
          if (squared) other.own[i] += y[k] * y[k];                                                                   \
          x[k] += y[k];                                                                                               \
          memcpy(pair + (k ? odd : even), &x[k], sizeof x[k]);                                                        \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
    memcpy(a, &one, sizeof one);                                                                                      \
    memcpy(b, &other, sizeof other);                                                                                  \
  }

TWO_ROWS(4)
TWO_ROWS(8)

// Goes through the columns of a group of rows, two at a time; the sum of a pair waits for those of the others.
INLINE void add_and_multiply_group(
    const uint8_t *rows, size_t stride, size_t columns, const double *shift, double *sums, const double *line,
    struct lanes *lanes, int size, int squared) {
  double pairs[group / 2][chunk];
  for (size_t i = 0; i < group; i += 2) {
    const uint8_t *first = rows + i * stride, *second = first + stride;
    if (size == 4) two_rows_4(first, second, columns, line, pairs[i / 2], &lanes[i], &lanes[i + 1], squared);
    if (size == 8) two_rows_8(first, second, columns, line, pairs[i / 2], &lanes[i], &lanes[i + 1], squared);
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
    struct lanes *lanes, int size, int squared) {
  double middle[wide] = {0}, sum[wide] = {0};
  uint8_t own[group * 2 * wide] = {0};
  memcpy(middle, shift, columns * sizeof *middle);
  memcpy(sum, sums, columns * sizeof *sum);
  for (size_t i = 0; i < group; i++) memcpy(own + i * 2 * wide, rows + i * stride, 2 * columns);
  add_and_multiply_group(own, 2 * wide, wide, middle, sum, line, lanes, size, squared);
  memcpy(sums, sum, columns * sizeof *sum);
}

INLINE void add_and_multiply(
    const uint8_t *rows, size_t stride, size_t groups, size_t columns, const double *shift, double *sums,
    const double *line, double *products, double *squares, int size, int squared) {
  const size_t whole = columns / wide * wide;
  for (size_t k = 0; k < groups; k++, rows += group * stride, products += group) {
    struct lanes lanes[group];
    memset(lanes, 0, sizeof lanes);
    for (size_t j = 0; j < whole; j += chunk)
      add_and_multiply_group(
          rows + 2 * j, stride, whole - j < chunk ? whole - j : chunk, shift + j, sums + j, line + j, lanes, size, squared);
    if (whole < columns)
      add_and_multiply_rest(
          rows + 2 * whole, stride, columns - whole, shift + whole, sums + whole, line + whole, lanes, size, squared);
    for (size_t i = 0; i < group; i++) products[i] = total(lanes[i].along);
    if (!squared) continue;
    for (size_t i = 0; i < group; i++) squares[i] = total(lanes[i].own);
    squares += group;
  }
}

// Compiled with and without squares: a branch in the innermost loop costs a tenth of it.
#define FOR_GROUPS(size, processor)                                                                                   \
  processor static void for_groups_##size(                                                                            \
      const uint8_t *rows, size_t stride, size_t groups, size_t columns, const double *shift, double *sums,           \
      const double *line, double *products, double *squares) {                                                        \
    if (!squares) return add_and_multiply(rows, stride, groups, columns, shift, sums, line, products, NULL, size, 0); \
    add_and_multiply(rows, stride, groups, columns, shift, sums, line, products, squares, size, 1);                   \
  }

#if defined(__x86_64__) && defined(__GLIBC__)
FOR_GROUPS(4, __attribute__((target_clones("avx2", "default"))))
FOR_GROUPS(8, __attribute__((target("avx512f"))))
#else
FOR_GROUPS(4, )
#endif

static void add_and_multiply_bfloat16(
    const uint8_t *rows, size_t stride, size_t groups, size_t columns, const double *shift, double *sums,
    const double *line, double *products, double *squares) {
#if defined(__x86_64__) && defined(__GLIBC__)
  if (__builtin_cpu_supports("avx512f"))
    return for_groups_8(rows, stride, groups, columns, shift, sums, line, products, squares);
#endif
  for_groups_4(rows, stride, groups, columns, shift, sums, line, products, squares);
}

void persona_add_and_multiply(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums, const double *line, double *products, double *squares) {
  size_t done = 0;
  if (encoding == persona_bfloat16) {
    done = count / group * group;
    add_and_multiply_bfloat16(rows, stride, count / group, columns, shift, sums, line, products, squares);
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
