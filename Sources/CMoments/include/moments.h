#pragma once

// Sums of rows about a shift, with or without those of the squares: in C, as a Swift function cannot be compiled for several kinds
// of processor. Every processor gives the same bits: no operation is fused, and none changes its place.
#include <stddef.h>
#include <stdint.h>

// How the elements of rows are encoded, little-endian.
enum persona_encoding { persona_bfloat16, persona_float16, persona_float32, persona_float64 };

// Rows that are added together.
enum { persona_group = 8 };

// The partial sums of squares of a row.
enum { persona_lanes = 32 };

// Adds `count` rows, `stride` bytes apart, of `columns` elements to `sums` (columns), and the squares to `squares`
// (persona_lanes) unless that is NULL, both of the differences from `shift` (columns).
//
// Rows are added in groups. Those that do not fill one are added one by one without squares, and as a group whose other rows are
// the shift with them.
void persona_add_rows(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums, double *squares);

// Writes shift + sums / count, `columns` elements, to `means`.
void persona_means(const double *shift, const double *sums, double count, size_t columns, double *means);
