#include "common.h"
#if defined(__x86_64__)
#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,fma,avx2"))), apply_to = function)
#define LANES 16
#define PANEL_VECTORS 2
#define BLOCK_ROWS 14
#define TABLE tk_avx512
#define TABLE_NAME "avx512"
#include "kernels.h"
#pragma clang attribute pop
#endif
