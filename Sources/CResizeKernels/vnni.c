// AVX-512 VNNI: products of bytes, four taps at a time, four rows or 64 bytes at once.
#include "resize.h"

#ifdef TESSERA_X86
#include <immintrin.h>

#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

static VNNI inline __m512i four(const int8_t *weights) {
  int32_t all;
  memcpy(&all, weights, sizeof all);
  return _mm512_set1_epi32(all);
}

static VNNI inline __m512i joined(const __m512i parts[3]) {
  __m512i half = _mm512_set1_epi32(1 << (FRACTION_BITS - 1));
  __m512i sum = _mm512_add_epi32(_mm512_add_epi32(parts[0], half),
      _mm512_add_epi32(_mm512_slli_epi32(parts[1], 8), _mm512_slli_epi32(parts[2], 16)));
  return _mm512_srai_epi32(sum, FRACTION_BITS);
}

static VNNI inline __m512i sixteen_bytes_of(const uint8_t *const rows[ROW_BLOCK], size_t offset) {
  __m512i bytes =
      _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(rows[0] + offset)));
  bytes = _mm512_inserti32x4(bytes, _mm_loadu_si128((const __m128i *)(rows[1] + offset)), 1);
  bytes = _mm512_inserti32x4(bytes, _mm_loadu_si128((const __m128i *)(rows[2] + offset)), 2);
  return _mm512_inserti32x4(bytes, _mm_loadu_si128((const __m128i *)(rows[3] + offset)), 3);
}

VNNI void tessera_across_vnni(
    const prepared_axis *prepared, const uint8_t *const rows[ROW_BLOCK],
    uint8_t *const targets[ROW_BLOCK]) {
  const tessera_resize_axis *axis = prepared->axis;
  // In each quarter, which is one row: four taps of red, of green, of blue, and nothing.
  const __m512i by_channel = _mm512_broadcast_i32x4(
      _mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1));
  const int8_t *weights = prepared->bytes;
  for (size_t output = 0; output < axis->outputs; output++) {
    size_t offset = 3 * (size_t)axis->starts[output];
    __m512i parts[3] = {
        _mm512_setzero_si512(), _mm512_setzero_si512(), _mm512_setzero_si512()};
    for (size_t tap = 0; tap < axis->taps; tap += 4, offset += 12, weights += 12) {
      __m512i taps = _mm512_shuffle_epi8(sixteen_bytes_of(rows, offset), by_channel);
      parts[0] = _mm512_dpbusd_epi32(parts[0], taps, four(weights));
      parts[1] = _mm512_dpbusd_epi32(parts[1], taps, four(weights + 4));
      parts[2] = _mm512_dpbusd_epi32(parts[2], taps, four(weights + 8));
    }
    __m512i values = joined(parts);
    values = _mm512_packus_epi16(_mm512_packs_epi32(values, values), values);
    const __m128i pixels[ROW_BLOCK] = {
        _mm512_castsi512_si128(values), _mm512_extracti32x4_epi32(values, 1),
        _mm512_extracti32x4_epi32(values, 2), _mm512_extracti32x4_epi32(values, 3)};
    for (size_t row = 0; row < ROW_BLOCK; row++) {
      int32_t pixel = _mm_cvtsi128_si32(pixels[row]);
      memcpy(targets[row] + 3 * output, &pixel, 3);
    }
  }
}

VNNI void tessera_down_vnni(
    const prepared_axis *prepared, size_t output, const uint8_t *const *taps, size_t first_byte,
    size_t byte_count, uint8_t *target) {
  const tessera_resize_axis *axis = prepared->axis;
  size_t byte = first_byte;
  for (; byte + 64 <= byte_count; byte += 64) {
    const int8_t *weights = prepared->bytes + 3 * output * axis->taps;
    __m512i parts[4][3];
    for (int part = 0; part < 4; part++) {
      for (int place = 0; place < 3; place++) {
        parts[part][place] = _mm512_setzero_si512();
      }
    }
    for (size_t tap = 0; tap < axis->taps; tap += 4, weights += 12) {
      __m512i rows[4];
      for (int row = 0; row < 4; row++) {
        rows[row] = _mm512_loadu_si512(taps[tap + (size_t)row] + byte);
      }
      __m512i low01 = _mm512_unpacklo_epi8(rows[0], rows[1]);
      __m512i high01 = _mm512_unpackhi_epi8(rows[0], rows[1]);
      __m512i low23 = _mm512_unpacklo_epi8(rows[2], rows[3]);
      __m512i high23 = _mm512_unpackhi_epi8(rows[2], rows[3]);
      const __m512i columns[4] = {
          _mm512_unpacklo_epi16(low01, low23), _mm512_unpackhi_epi16(low01, low23),
          _mm512_unpacklo_epi16(high01, high23), _mm512_unpackhi_epi16(high01, high23)};
      for (int place = 0; place < 3; place++) {
        __m512i weight = four(weights + 4 * place);
        for (int part = 0; part < 4; part++) {
          parts[part][place] = _mm512_dpbusd_epi32(parts[part][place], columns[part], weight);
        }
      }
    }
    __m512i lower = _mm512_packs_epi32(joined(parts[0]), joined(parts[1]));
    __m512i upper = _mm512_packs_epi32(joined(parts[2]), joined(parts[3]));
    _mm512_storeu_si512(target + byte, _mm512_packus_epi16(lower, upper));
  }
  tessera_down_avx2(prepared, output, taps, byte, byte_count, target);
}

#endif
