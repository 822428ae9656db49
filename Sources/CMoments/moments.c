#include "moments.h"

#include "loaders.h"

enum { group = persona_group };

// Without squares, rows that are gone through side by side: more lie too far apart for what fetches ahead of a processor's loads.
// With squares it is a group, as the order in which a lane's squares are added must not depend on how many rows come at once.
enum { abreast = 2 * group };

// Columns that are added together: `wide` of bfloat16 without squares, else `step`.
enum { step = 8, wide = 16 };

// One row after the other would wait for each sum; a tree does not, nor do four sums of squares.
INLINE void tree(const doubles *rows, doubles *result) {
  *result = ((rows[0] + rows[1]) + (rows[2] + rows[3])) + ((rows[4] + rows[5]) + (rows[6] + rows[7]));
}

// Adds `step` columns of `count` rows, and their squares unless `squares` is NULL.
#define ADD_STEP(name)                                                                                                \
  INLINE void add_group_##name(                                                                                       \
      const uint8_t *place, size_t stride, size_t count, const doubles *middle, doubles *sum, doubles *squares) {     \
    doubles pairs[group / 2];                                                                                         \
    /* float16 takes so much code that it would be left a loop. */                                                    \
    _Pragma("clang loop unroll(full)")                                                                                \
    for (size_t i = 0; i < group; i += 2) {                                                                           \
      doubles a = {0}, b = {0};                                                                                       \
      if (i < count) load_##name(place + i * stride, middle, &a);                                                     \
      if (i + 1 < count) load_##name(place + (i + 1) * stride, middle, &b);                                           \
      pairs[i / 2] = a + b;                                                                                           \
      if (squares) squares[i / 2] += a * a + b * b;                                                                   \
    }                                                                                                                 \
    *sum += (pairs[0] + pairs[1]) + (pairs[2] + pairs[3]);                                                            \
  }                                                                                                                   \
                                                                                                                      \
  INLINE void add_step_##name(                                                                                        \
      const uint8_t *place, size_t stride, size_t count, const double *shift, double *sums, doubles *squares) {       \
    doubles middle, sum;                                                                                              \
    memcpy(&middle, shift, sizeof middle);                                                                            \
    memcpy(&sum, sums, sizeof sum);                                                                                   \
    size_t row = 0;                                                                                                   \
    for (; row + group <= count; row += group, place += group * stride)                                               \
      add_group_##name(place, stride, group, &middle, &sum, squares);                                                 \
    if (squares && row < count) add_group_##name(place, stride, count - row, &middle, &sum, squares);                 \
    if (!squares) {                                                                                                   \
      for (; row < count; row++, place += stride) {                                                                   \
        doubles own;                                                                                                  \
        load_##name(place, &middle, &own);                                                                            \
        sum += own;                                                                                                   \
      }                                                                                                               \
    }                                                                                                                 \
    memcpy(sums, &sum, sizeof sum);                                                                                   \
  }

ADD_STEP(bfloat16)
ADD_STEP(float16)
ADD_STEP(float32)
ADD_STEP(float64)

// Adds `wide` columns, without squares. Sums of eight of them are exact in doubles unless one is 2^42 times another, so that the shift
// can be taken from the sum.
INLINE void add_wide_bfloat16(
    const uint8_t *place, size_t stride, size_t count, const double *shift, double *sums, doubles *squares) {
  (void)squares;
  doubles middle[2], sum[2];
  memcpy(middle, shift, sizeof middle);
  memcpy(sum, sums, sizeof sum);
  size_t row = 0;
  for (; row + group <= count; row += group, place += group * stride) {
    doubles evens[group], odds[group], even, odd;
    for (size_t i = 0; i < group; i++) load_both_bfloat16(place + i * stride, &evens[i], &odds[i]);
    tree(evens, &even);
    tree(odds, &odd);
    add_both(&even, &odd, middle, sum);
  }
  for (; row < count; row++, place += stride) {
    doubles a, b;
    load_bfloat16(place, &middle[0], &a);
    load_bfloat16(place + 16, &middle[1], &b);
    sum[0] += a;
    sum[1] += b;
  }
  memcpy(sums, sum, sizeof sum);
}

// Adds rows by `add`, which takes `size` columns.
#define ADD_ROWS(name, add, size, width)                                                                              \
  INLINE void name(                                                                                                   \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *shift, double *sums,            \
      doubles *squares) {                                                                                             \
    const size_t together = squares ? group : abreast, whole = columns / size * size, rest = columns - whole;         \
    for (size_t row = 0; row < count; row += together, rows += together * stride) {                                   \
      const size_t some = count - row < together ? count - row : together;                                            \
      for (size_t j = 0; j < whole; j += size) add(rows + width * j, stride, some, shift + j, sums + j, squares);     \
      if (rest == 0) continue;                                                                                        \
      /* The last columns, and zeros. */                                                                              \
      double middle[size] = {0}, sum[size] = {0};                                                                     \
      uint8_t own[abreast * size * width] = {0};                                                                      \
      memcpy(middle, shift + whole, rest * sizeof *middle);                                                           \
      memcpy(sum, sums + whole, rest * sizeof *sum);                                                                  \
      for (size_t i = 0; i < some; i++) memcpy(own + i * size * width, rows + i * stride + whole * width, rest * width); \
      add(own, size * width, some, middle, sum, squares);                                                             \
      memcpy(sums + whole, sum, rest * sizeof *sum);                                                                  \
    }                                                                                                                 \
  }

ADD_ROWS(sum_rows_bfloat16, add_wide_bfloat16, wide, 2)
ADD_ROWS(add_rows_bfloat16, add_step_bfloat16, step, 2)
ADD_ROWS(add_rows_float16, add_step_float16, step, 2)
ADD_ROWS(add_rows_float32, add_step_float32, step, 4)
ADD_ROWS(add_rows_float64, add_step_float64, step, 8)

// Adds rows by `sum` without squares, and by `add` with them.
#define ADD(name, sum, add)                                                                                           \
  FOR_EACH_PROCESSOR                                                                                                  \
  void persona_add_##name(                                                                                            \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *shift, double *sums,            \
      double *squares) {                                                                                              \
    if (!squares) return sum(rows, stride, count, columns, shift, sums, NULL);                                        \
    doubles own[persona_lanes / step];                                                                                \
    memcpy(own, squares, sizeof own);                                                                                 \
    add(rows, stride, count, columns, shift, sums, own);                                                              \
    memcpy(squares, own, sizeof own);                                                                                 \
  }

ADD(bfloat16, sum_rows_bfloat16, add_rows_bfloat16)
ADD(float16, add_rows_float16, add_rows_float16)
ADD(float32, add_rows_float32, add_rows_float32)
ADD(float64, add_rows_float64, add_rows_float64)

void persona_add_rows(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums, double *squares) {
  switch (encoding) {
  case persona_bfloat16: return persona_add_bfloat16(rows, stride, count, columns, shift, sums, squares);
  case persona_float16: return persona_add_float16(rows, stride, count, columns, shift, sums, squares);
  case persona_float32: return persona_add_float32(rows, stride, count, columns, shift, sums, squares);
  case persona_float64: return persona_add_float64(rows, stride, count, columns, shift, sums, squares);
  }
}

FOR_EACH_PROCESSOR
void persona_means(const double *shift, const double *sums, double count, size_t columns, double *means) {
  for (size_t j = 0; j < columns; j++) means[j] = shift[j] + sums[j] / count;
}
