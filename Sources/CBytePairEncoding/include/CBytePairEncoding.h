// What the byte-pair encoder needs from C: the bit mask of a vector comparison, a prefetch, and mremap.
#ifndef TESSERA_BYTE_PAIR_ENCODING_H
#define TESSERA_BYTE_PAIR_ENCODING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

/// One bit per byte of a 64-byte window, bit 0 for the first byte.
typedef struct {
  /// 0x20 and 0x09 to 0x0D.
  uint64_t separators;
  /// 0xE2, the lead byte of U+2581.
  uint64_t e2;
  /// 0x0A, which is also a separator.
  uint64_t line_feeds;
} tessera_window;

/// Classifies the 64 bytes at `bytes`, which need no alignment.
static inline tessera_window tessera_classify_window(const uint8_t *_Nonnull bytes) {
  tessera_window window = {0, 0, 0};
#if defined(__SSE2__)
  const __m128i space = _mm_set1_epi8(0x20), tab = _mm_set1_epi8(0x09);
  const __m128i four = _mm_set1_epi8(4), lead = _mm_set1_epi8((char)0xE2);
  const __m128i line_feed = _mm_set1_epi8(0x0A);
  for (int part = 0; part < 4; part += 1) {
    const __m128i v = _mm_loadu_si128((const __m128i *)(bytes + 16 * part));
    // 0x09...0x0D: (v - 9) as an unsigned byte is at most 4.
    const __m128i offset = _mm_sub_epi8(v, tab);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(offset, four), offset);
    const __m128i separator = _mm_or_si128(control, _mm_cmpeq_epi8(v, space));
    window.separators |= (uint64_t)(uint32_t)_mm_movemask_epi8(separator) << (16 * part);
    window.e2 |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, lead)) << (16 * part);
    const __m128i feeds = _mm_cmpeq_epi8(v, line_feed);
    window.line_feeds |= (uint64_t)(uint32_t)_mm_movemask_epi8(feeds) << (16 * part);
  }
#else
  for (int i = 0; i < 64; i += 1) {
    const uint8_t b = bytes[i];
    window.separators |= (uint64_t)(b == 0x20 || (uint8_t)(b - 0x09) <= 4) << i;
    window.e2 |= (uint64_t)(b == 0xE2) << i;
    window.line_feeds |= (uint64_t)(b == 0x0A) << i;
  }
#endif
  return window;
}

/// Asks for the cache line at `address`; any address is allowed, none is read.
static inline void tessera_prefetch(const void *_Nonnull address) {
  __builtin_prefetch(address, 0, 3);
}

/// Resizes an anonymous mapping, moving it if need be; MAP_FAILED when the system refuses. Here
/// because Swift does not see mremap, which hides behind _GNU_SOURCE.
void *_Nullable tessera_remap(void *_Nonnull memory, size_t old_size, size_t new_size);

#endif
