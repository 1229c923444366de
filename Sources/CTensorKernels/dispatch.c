#include "common.h"

const tk_kernels *tk_kernels_named(const char *name) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (!name || strcmp(name, "avx512") == 0) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")
        && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("fma"))
      return &tk_avx512;
    if (name) return 0;
  }
  if (!name || strcmp(name, "avx2") == 0) {
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return &tk_avx2;
    if (name) return 0;
  }
  return !name || strcmp(name, "sse2") == 0 ? &tk_sse2 : 0;
#else
  return !name || strcmp(name, "neon") == 0 ? &tk_neon : 0;
#endif
}
