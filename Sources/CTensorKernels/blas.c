// OpenBLAS, found at run time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>

#include "common.h"

typedef void (*sgemm_function)(
    int order, int a_transposed, int b_transposed, int rows, int columns, int depth, float alpha,
    const float *a, int a_stride, const float *b, int b_stride, float beta, float *c, int c_stride);
enum { ROW_MAJOR = 101, NOT_TRANSPOSED = 111, TRANSPOSED = 112 };

static pthread_once_t once = PTHREAD_ONCE_INIT;
static sgemm_function sgemm;

static void load_library(void) {
#if defined(__APPLE__)
  const char *name = "libopenblas.dylib";
#else
  const char *name = "libopenblas.so.0";
#endif
  const int is_ours = !dlopen(name, RTLD_LAZY | RTLD_NOLOAD);
  void *library = dlopen(name, RTLD_LAZY | RTLD_LOCAL);
  if (!library) return;
  void (*set_threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
  if (is_ours && set_threads) set_threads(1);
  sgemm = (sgemm_function)dlsym(library, "cblas_sgemm");
}

int tk_blas_load(void) {
  pthread_once(&once, load_library);
  return sgemm != 0;
}

void tk_blas_multiply(
    long rows, long columns, long depth, const float *a, long a_stride, const float *b,
    long b_stride, int b_is_transposed, float *to, long to_stride) {
  sgemm(
      ROW_MAJOR, NOT_TRANSPOSED, b_is_transposed ? TRANSPOSED : NOT_TRANSPOSED, (int)rows,
      (int)columns, (int)depth, 1, a, (int)a_stride, b, (int)b_stride, 0, to, (int)to_stride);
}
