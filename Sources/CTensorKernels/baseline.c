// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
#include "common.h"
#define LANES 4
#if defined(__aarch64__)
#define PANEL_VECTORS 4
#define BLOCK_ROWS 6
#define TABLE tk_neon
#define TABLE_NAME "neon"
#else
#define PANEL_VECTORS 2
#define BLOCK_ROWS 6
#define TABLE tk_sse2
#define TABLE_NAME "sse2"
#endif
#include "kernels.h"
