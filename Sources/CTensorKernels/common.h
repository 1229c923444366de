// What the portable parts and the kernels share.
#pragma once
#include <stdint.h>
#include <string.h>

#include "CTensorKernels.h"

static inline long tk_divide_up(long a, long b) { return (a + b - 1) / b; }

// Floats between transformed tiles: the channels and 16 more, so that tiles do not share cache sets.
static inline long tk_transformed_stride(const tk_convolution *c) { return c->input.stride + 16; }

// OpenBLAS's matrix product, row-major; valid once tk_blas_load has returned 1.
void tk_blas_multiply(
    long rows, long columns, long depth, const float *a, long a_stride, const float *b,
    long b_stride, int b_is_transposed, float *to, long to_stride);

extern const tk_kernels tk_sse2, tk_avx2, tk_avx512, tk_neon;
