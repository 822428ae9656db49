#pragma once

// Sums of rows for ColumnMoments: in C, as a Swift function cannot be compiled for several kinds of processor.
#include <stddef.h>
#include <stdint.h>

// How the elements of rows are encoded, little-endian.
enum persona_encoding { persona_bfloat16, persona_float16, persona_float32, persona_float64 };

// The partial sums of squares of each part of a row.
enum { persona_lanes = 32 };

// Adds eight rows, `stride` bytes apart, of `columns` elements, a multiple of eight, to `sums` (columns) and the squares to
// `squares` (persona_lanes), both of the differences from `shift` (columns). Every processor gives the same bits: no
// operation is fused, and none changes its place.
void persona_add_rows(
    const uint8_t *rows, size_t stride, size_t columns, enum persona_encoding encoding, const double *shift, double *sums,
    double *squares);
