// AVX2: products of 16-bit pairs (two taps at a time), two rows or 32 bytes at once.
#include "resize.h"

#ifdef TESSERA_X86
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))

static AVX2 inline __m256i pair(const int16_t *weights) {
  int32_t both;
  memcpy(&both, weights, sizeof both);
  return _mm256_set1_epi32(both);
}

static AVX2 inline __m256i joined(__m256i low, __m256i high) {
  __m256i half = _mm256_set1_epi32(1 << (FRACTION_BITS - 1));
  __m256i sum = _mm256_add_epi32(_mm256_add_epi32(low, half), _mm256_slli_epi32(high, LOW_BITS));
  return _mm256_srai_epi32(sum, FRACTION_BITS);
}

// Two rows; each 128-bit half holds the sums of red, green, blue and nothing.
static AVX2 inline void across_two(
    const tessera_resize_axis *axis, const uint8_t *upper, const uint8_t *lower,
    uint8_t *upper_target, uint8_t *lower_target) {
  // Bytes of taps 0 and 1 (then 2 and 3), channel by channel, widened to 16 bits.
  const __m256i first = _mm256_setr_epi8(
      0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1,  //
      0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1);
  const __m256i second = _mm256_setr_epi8(
      6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1,  //
      6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11, -1, -1, -1, -1, -1);
  const int16_t *low_weights = axis->low;
  const int16_t *high_weights = axis->high;
  for (size_t output = 0; output < axis->outputs; output++) {
    size_t offset = 3 * (size_t)axis->starts[output];
    __m256i low = _mm256_setzero_si256();
    __m256i high = _mm256_setzero_si256();
    for (size_t tap = 0; tap < axis->taps; tap += 4, offset += 12) {
      __m256i bytes = _mm256_inserti128_si256(
          _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(upper + offset))),
          _mm_loadu_si128((const __m128i *)(lower + offset)), 1);
      __m256i taps01 = _mm256_shuffle_epi8(bytes, first);
      __m256i taps23 = _mm256_shuffle_epi8(bytes, second);
      low = _mm256_add_epi32(low, _mm256_madd_epi16(taps01, pair(low_weights + tap)));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(taps01, pair(high_weights + tap)));
      low = _mm256_add_epi32(low, _mm256_madd_epi16(taps23, pair(low_weights + tap + 2)));
      high = _mm256_add_epi32(high, _mm256_madd_epi16(taps23, pair(high_weights + tap + 2)));
    }
    low_weights += axis->taps;
    high_weights += axis->taps;
    __m256i values = joined(low, high);
    __m256i bytes = _mm256_packus_epi16(_mm256_packs_epi32(values, values), values);
    uint32_t above = (uint32_t)_mm256_extract_epi32(bytes, 0);
    uint32_t below = (uint32_t)_mm256_extract_epi32(bytes, 4);
    memcpy(upper_target + 3 * output, &above, 3);
    memcpy(lower_target + 3 * output, &below, 3);
  }
}

AVX2 void tessera_across_avx2(
    const prepared_axis *prepared, const uint8_t *const rows[ROW_BLOCK],
    uint8_t *const targets[ROW_BLOCK]) {
  const tessera_resize_axis *axis = prepared->axis;
  across_two(axis, rows[0], rows[1], targets[0], targets[1]);
  across_two(axis, rows[2], rows[3], targets[2], targets[3]);
}

AVX2 void tessera_down_avx2(
    const prepared_axis *prepared, size_t output, const uint8_t *const *taps, size_t first_byte,
    size_t byte_count, uint8_t *target) {
  const tessera_resize_axis *axis = prepared->axis;
  const int16_t *low_weights = axis->low + output * axis->taps;
  const int16_t *high_weights = axis->high + output * axis->taps;
  const __m256i zero = _mm256_setzero_si256();
  size_t byte = first_byte;
  for (; byte + 32 <= byte_count; byte += 32) {
    __m256i low[4] = {zero, zero, zero, zero};
    __m256i high[4] = {zero, zero, zero, zero};
    for (size_t tap = 0; tap < axis->taps; tap += 2) {
      __m256i even = _mm256_loadu_si256((const __m256i *)(taps[tap] + byte));
      __m256i odd = _mm256_loadu_si256((const __m256i *)(taps[tap + 1] + byte));
      __m256i lower = _mm256_unpacklo_epi8(even, odd);
      __m256i upper = _mm256_unpackhi_epi8(even, odd);
      __m256i pairs[4] = {
          _mm256_unpacklo_epi8(lower, zero), _mm256_unpackhi_epi8(lower, zero),
          _mm256_unpacklo_epi8(upper, zero), _mm256_unpackhi_epi8(upper, zero)};
      __m256i low_pair = pair(low_weights + tap);
      __m256i high_pair = pair(high_weights + tap);
      for (int part = 0; part < 4; part++) {
        low[part] = _mm256_add_epi32(low[part], _mm256_madd_epi16(pairs[part], low_pair));
        high[part] = _mm256_add_epi32(high[part], _mm256_madd_epi16(pairs[part], high_pair));
      }
    }
    __m256i lower = _mm256_packs_epi32(joined(low[0], high[0]), joined(low[1], high[1]));
    __m256i upper = _mm256_packs_epi32(joined(low[2], high[2]), joined(low[3], high[3]));
    _mm256_storeu_si256((__m256i *)(target + byte), _mm256_packus_epi16(lower, upper));
  }
  tessera_down_portable(prepared, output, taps, byte, byte_count, target);
}

#endif
