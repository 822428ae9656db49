#include "shifted.h"

#include "loaders.h"

enum { step = 8 };

INLINE void store_floats(const doubles *values, float *place) {
  const floats own = __builtin_convertvector(*values, floats);
  memcpy(place, &own, sizeof own);
}

INLINE void store_doubles(const doubles *values, double *place) { memcpy(place, values, sizeof *values); }

// Zero times a value is zero, or NaN where it is not finite; what is finite in double precision may not be as a float.
INLINE void check_floats(const doubles *values, doubles *rests) {
  *rests += __builtin_convertvector(__builtin_convertvector(*values, floats), doubles) * 0;
}

INLINE void check_doubles(const doubles *values, doubles *rests) { *rests += *values * 0; }

#define SHIFT(name, width, type)                                                                                      \
  FOR_EACH_PROCESSOR                                                                                                  \
  int persona_shift_##name##_to_##type##s(                                                                            \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, const double *shift, type *result) {          \
    const size_t whole = columns / step * step, rest = columns - whole;                                               \
    doubles values, middle, rests = {0};                                                                              \
    for (size_t i = 0; i < count; i++, rows += stride, result += columns) {                                           \
      for (size_t j = 0; j < whole; j += step) {                                                                      \
        memcpy(&middle, shift + j, sizeof middle);                                                                    \
        load_##name(rows + width * j, &middle, &values);                                                              \
        store_##type##s(&values, result + j);                                                                         \
        check_##type##s(&values, &rests);                                                                             \
      }                                                                                                               \
      if (rest == 0) continue;                                                                                        \
      /* The last columns, and zeros. */                                                                              \
      double last[step] = {0};                                                                                        \
      uint8_t bytes[step * width] = {0};                                                                              \
      type own[step];                                                                                                 \
      memcpy(last, shift + whole, rest * sizeof *last);                                                               \
      memcpy(bytes, rows + width * whole, rest * width);                                                              \
      memcpy(&middle, last, sizeof middle);                                                                           \
      load_##name(bytes, &middle, &values);                                                                           \
      store_##type##s(&values, own);                                                                                  \
      memcpy(result + whole, own, rest * sizeof *own);                                                                \
      check_##type##s(&values, &rests);                                                                               \
    }                                                                                                                 \
    double lanes[step], sum = 0;                                                                                      \
    memcpy(lanes, &rests, sizeof lanes);                                                                              \
    for (size_t i = 0; i < step; i++) sum += lanes[i];                                                                \
    return sum == 0;                                                                                                  \
  }

SHIFT(bfloat16, 2, float)
SHIFT(float16, 2, float)
SHIFT(float32, 4, float)
SHIFT(float64, 8, float)
SHIFT(bfloat16, 2, double)
SHIFT(float16, 2, double)
SHIFT(float32, 4, double)
SHIFT(float64, 8, double)

#define BY_ENCODING(type)                                                                                             \
  int persona_shift_to_##type##s(                                                                                     \
      const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding,               \
      const double *shift, type *result) {                                                                            \
    switch (encoding) {                                                                                               \
    case persona_bfloat16: return persona_shift_bfloat16_to_##type##s(rows, stride, count, columns, shift, result);   \
    case persona_float16: return persona_shift_float16_to_##type##s(rows, stride, count, columns, shift, result);     \
    case persona_float32: return persona_shift_float32_to_##type##s(rows, stride, count, columns, shift, result);     \
    case persona_float64: return persona_shift_float64_to_##type##s(rows, stride, count, columns, shift, result);     \
    }                                                                                                                 \
    return 0;                                                                                                         \
  }

BY_ENCODING(float)
BY_ENCODING(double)
