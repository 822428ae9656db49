#include "sums.h"

#include "loaders.h"

// Rows that are added together: a tree, as one sum after the other would wait for each. What is left of the rows comes one by one.
enum { group = 8 };

// Rows that are gone through side by side: more lie too far apart for what fetches ahead of a processor's loads.
enum { abreast = 16 };

INLINE void tree(const doubles *rows, doubles *result) {
  *result = ((rows[0] + rows[1]) + (rows[2] + rows[3])) + ((rows[4] + rows[5]) + (rows[6] + rows[7]));
}

// Columns that are added together.
enum { step_bfloat16 = 16, step_float16 = 8, step_float32 = 8, step_float64 = 8 };

// Sixteen bfloat16 are eight words, whose upper halves are the odd ones as floats, and whose lower halves the even ones: that
// spares a shuffle for each eight. Sums of eight of them are exact in doubles unless one is 2^42 times another, so that the shift
// can be taken from the sum.
INLINE void sum_step_bfloat16(const uint8_t *place, size_t stride, size_t count, const double *shift, double *sums) {
  doubles middle[2], sum[2];
  memcpy(middle, shift, sizeof middle);
  memcpy(sum, sums, sizeof sum);
  size_t row = 0;
  for (; row + group <= count; row += group, place += group * stride) {
    doubles evens[group], odds[group], even, odd;
    for (size_t i = 0; i < group; i++) {
      words both, low, high;
      floats values;
      memcpy(&both, place + i * stride, sizeof both);
      low = both << 16;
      high = both & 0xFFFF0000;
      memcpy(&values, &low, sizeof values);
      evens[i] = __builtin_convertvector(values, doubles);
      memcpy(&values, &high, sizeof values);
      odds[i] = __builtin_convertvector(values, doubles);
    }
    tree(evens, &even);
    tree(odds, &odd);
    sum[0] += __builtin_shufflevector(even, odd, 0, 8, 1, 9, 2, 10, 3, 11) - middle[0] * group;
    sum[1] += __builtin_shufflevector(even, odd, 4, 12, 5, 13, 6, 14, 7, 15) - middle[1] * group;
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

#define SUM_STEP(name)                                                                                                \
  INLINE void sum_step_##name(const uint8_t *place, size_t stride, size_t count, const double *shift, double *sums) { \
    doubles middle, sum;                                                                                              \
    memcpy(&middle, shift, sizeof middle);                                                                            \
    memcpy(&sum, sums, sizeof sum);                                                                                   \
    size_t row = 0;                                                                                                   \
    for (; row + group <= count; row += group, place += group * stride) {                                             \
      doubles rows[group], all;                                                                                       \
      for (size_t i = 0; i < group; i++) load_##name(place + i * stride, &middle, &rows[i]);                          \
      tree(rows, &all);                                                                                               \
      sum += all;                                                                                                     \
    }                                                                                                                 \
    for (; row < count; row++, place += stride) {                                                                     \
      doubles a;                                                                                                      \
      load_##name(place, &middle, &a);                                                                                \
      sum += a;                                                                                                       \
    }                                                                                                                 \
    memcpy(sums, &sum, sizeof sum);                                                                                   \
  }

SUM_STEP(float16)
SUM_STEP(float32)
SUM_STEP(float64)

#define SUM(name, width)                                                                                              \
  FOR_EACH_PROCESSOR                                                                                                  \
  void persona_sum_##name(                                                                                            \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *shift, double *sums) {          \
    enum { step = step_##name };                                                                                      \
    const size_t whole = columns / step * step;                                                                       \
    for (size_t row = 0; row < count; row += abreast) {                                                               \
      const size_t some = count - row < abreast ? count - row : abreast;                                              \
      for (size_t j = 0; j < whole; j += step)                                                                        \
        sum_step_##name(rows + row * stride + width * j, stride, some, shift + j, sums + j);                          \
    }                                                                                                                 \
    const size_t rest = columns - whole;                                                                              \
    if (rest == 0) return;                                                                                            \
    /* The last columns, group by group in memory of a step. */                                                       \
    double middle[step] = {0}, sum[step] = {0};                                                                       \
    memcpy(middle, shift + whole, rest * sizeof *middle);                                                             \
    memcpy(sum, sums + whole, rest * sizeof *sum);                                                                    \
    uint8_t own[group * step * width];                                                                                \
    for (size_t row = 0; row < count; row += group) {                                                                 \
      const size_t some = count - row < group ? count - row : group;                                                  \
      memset(own, 0, sizeof own);                                                                                     \
      for (size_t i = 0; i < some; i++)                                                                               \
        memcpy(own + i * step * width, rows + (row + i) * stride + whole * width, rest * width);                      \
      sum_step_##name(own, step * width, some, middle, sum);                                                          \
    }                                                                                                                 \
    memcpy(sums + whole, sum, rest * sizeof *sum);                                                                    \
  }

SUM(bfloat16, 2)
SUM(float16, 2)
SUM(float32, 4)
SUM(float64, 8)

void persona_sum_rows(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums) {
  switch (encoding) {
  case persona_bfloat16: return persona_sum_bfloat16(rows, stride, count, columns, shift, sums);
  case persona_float16: return persona_sum_float16(rows, stride, count, columns, shift, sums);
  case persona_float32: return persona_sum_float32(rows, stride, count, columns, shift, sums);
  case persona_float64: return persona_sum_float64(rows, stride, count, columns, shift, sums);
  }
}

enum { step = 8 };

// By pointers: a vector of this size is no argument of functions on every processor.
INLINE double total(const doubles *lanes) {
  double l[step];
  memcpy(l, lanes, sizeof l);
  return ((l[0] + l[1]) + (l[2] + l[3])) + ((l[4] + l[5]) + (l[6] + l[7]));
}

struct sums_of_products {
  doubles along_m, square_m, along_a;
};

// Adds eight elements, of h, m, a and v.
INLINE void add_products(
    const double *h, const double *m, const double *a, const double *v, struct sums_of_products *sums) {
  doubles point, unit, from_m, from_a;
  memcpy(&point, h, sizeof point);
  memcpy(&unit, v, sizeof unit);
  memcpy(&from_m, m, sizeof from_m);
  memcpy(&from_a, a, sizeof from_a);
  from_m = point - from_m;
  from_a = point - from_a;
  sums->along_m += from_m * unit;
  sums->square_m += from_m * from_m;
  sums->along_a += from_a * unit;
}

// Adds the squares of eight elements of what is beside the line.
INLINE void add_beside(const double *h, const double *a, const double *v, double reach, doubles *squares) {
  doubles point, unit, from_a;
  memcpy(&point, h, sizeof point);
  memcpy(&unit, v, sizeof unit);
  memcpy(&from_a, a, sizeof from_a);
  const doubles beside = (point - from_a) - reach * unit;
  *squares += beside * beside;
}

FOR_EACH_PROCESSOR
void persona_multiply_line(
    const double *h, const double *m, const double *a, const double *v, size_t count,
    struct persona_line_products *products) {
  struct sums_of_products sums = {{0}, {0}, {0}};
  doubles squares = {0};
  const size_t whole = count / step * step, rest = count - whole;
  // The last elements, and zeros.
  double last[4][step] = {{0}};
  memcpy(last[0], h + whole, rest * sizeof *h);
  memcpy(last[1], m + whole, rest * sizeof *m);
  memcpy(last[2], a + whole, rest * sizeof *a);
  memcpy(last[3], v + whole, rest * sizeof *v);
  for (size_t j = 0; j < whole; j += step) add_products(h + j, m + j, a + j, v + j, &sums);
  add_products(last[0], last[1], last[2], last[3], &sums);
  const double reach = total(&sums.along_a);
  for (size_t j = 0; j < whole; j += step) add_beside(h + j, a + j, v + j, reach, &squares);
  add_beside(last[0], last[2], last[3], reach, &squares);
  products->along_m = total(&sums.along_m);
  products->square_m = total(&sums.square_m);
  products->along_a = reach;
  products->beside_square = total(&squares);
}

FOR_EACH_PROCESSOR
void persona_means(const double *shift, const double *sums, double count, size_t columns, double *means) {
  for (size_t j = 0; j < columns; j++) means[j] = shift[j] + sums[j] / count;
}
