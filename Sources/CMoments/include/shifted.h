#pragma once

// Rows as floats or doubles about a shift, for products of matrices: in C, as a Swift function cannot be compiled for several kinds of
// processor. Every processor gives the same bits.
#include "moments.h"

// Writes the elements of `count` rows, `stride` bytes apart, of `columns` elements, less `shift` (columns), to `result`, whose rows
// follow one another. The differences are taken in double precision and rounded once. Returns whether all of them are finite.
int persona_shift_to_floats(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    float *result);
int persona_shift_to_doubles(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *result);
