#include "lines.h"

#include "vectors.h"

// Elements that are multiplied together.
enum { step = 8 };

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
