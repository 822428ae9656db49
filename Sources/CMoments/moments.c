#include "moments.h"

#include "loaders.h"

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
