#include "CByteCoding.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>

bool tessera_crc32_can_fold(void) {
  return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

// One step: multiplies the two halves of `x` by the two constants and adds the next 16 bytes.
__attribute__((target("pclmul,sse4.1"))) static inline __m128i fold(
    __m128i x, __m128i constants, __m128i next) {
  __m128i low = _mm_clmulepi64_si128(x, constants, 0x00);
  __m128i high = _mm_clmulepi64_si128(x, constants, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), next);
}

__attribute__((target("pclmul,sse4.1"))) void tessera_crc32_fold(
    uint32_t state, const uint8_t *bytes, size_t blocks, uint8_t folded[16]) {
  // x^(512 +- 32) and x^(128 +- 32) modulo the reflected polynomial.
  const __m128i by64 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by16 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  const __m128i *at = (const __m128i *)bytes;
  __m128i a = _mm_xor_si128(_mm_loadu_si128(at), _mm_cvtsi32_si128((int)state));
  __m128i b = _mm_loadu_si128(at + 1);
  __m128i c = _mm_loadu_si128(at + 2);
  __m128i d = _mm_loadu_si128(at + 3);
  for (size_t block = 1; block < blocks; block++) {
    at += 4;
    a = fold(a, by64, _mm_loadu_si128(at));
    b = fold(b, by64, _mm_loadu_si128(at + 1));
    c = fold(c, by64, _mm_loadu_si128(at + 2));
    d = fold(d, by64, _mm_loadu_si128(at + 3));
  }
  a = fold(a, by16, b);
  a = fold(a, by16, c);
  a = fold(a, by16, d);
  _mm_storeu_si128((__m128i *)folded, a);
}

#else

bool tessera_crc32_can_fold(void) { return false; }

void tessera_crc32_fold(uint32_t state, const uint8_t *bytes, size_t blocks, uint8_t folded[16]) {
  (void)state;
  (void)bytes;
  (void)blocks;
  memset(folded, 0, 16);
  __builtin_trap();  // tessera_crc32_can_fold said no
}

#endif
