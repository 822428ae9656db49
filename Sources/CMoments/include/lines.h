#pragma once

// The products of a point with a line: in C, as a Swift function cannot be compiled for several kinds of processor. Every
// processor gives the same bits: no operation is fused, and none changes its place.
#include <stddef.h>

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
