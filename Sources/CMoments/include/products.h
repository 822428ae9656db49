#pragma once

// Products of rows with a line, alone or with sums of the rows beside them: in C, as a Swift function cannot be compiled for several kinds
// of processor. Every processor gives the same bits: no operation is fused, and none changes its place.
#include "moments.h"

// The columns that are multiplied together. A line is filled up to a multiple with zeros; of bfloat16 each `persona_line_step` elements
// stand with those in even places before those in odd ones.
enum { persona_line_step = 16 };

// Writes the product of each of `count` rows, laid out as for `persona_add_rows`, with `line` to `products` (count), and that with itself
// to `squares` (count) unless that is NULL. Each row's is summed in the same order, however many rows come at once.
void persona_row_products(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *line,
    double *products, double *squares);

// Does what `persona_add_rows` does without squares, and `persona_row_products`, to the same bits: rows are gone through once.
void persona_add_and_multiply(
    const uint8_t *rows, size_t stride, size_t count, size_t columns, enum persona_encoding encoding, const double *shift,
    double *sums, const double *line, double *products, double *squares);
