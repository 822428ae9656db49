#pragma once

// Sums of rows about a shift, and the products of a point with a line: in C, as a Swift function cannot be compiled for several
// kinds of processor. Every processor gives the same bits: no operation is fused, and none changes its place.
#include <stddef.h>
#include <stdint.h>

#include "moments.h"

// Adds `count` rows, `stride` bytes apart, of `columns` elements to `sums` (columns), as differences from `shift` (columns):
// eight rows together, those that are left one by one.
void persona_sum_rows(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums);

// Writes shift + sums / count, `columns` elements, to `means`.
void persona_means(const double *shift, const double *sums, double count, size_t columns, double *means);

// The products of a point h with a line from m along the unit vector v, and with another point a.
struct persona_line_products {
  double along_m;       // (h - m) . v
  double square_m;      // |h - m|^2
  double along_a;       // (h - a) . v
  double beside_square; // |(h - a) - ((h - a) . v) v|^2
};

// Of h, m, a and v, all of `count` elements.
void persona_multiply_line(
    const double *h, const double *m, const double *a, const double *v, size_t count,
    struct persona_line_products *products);
