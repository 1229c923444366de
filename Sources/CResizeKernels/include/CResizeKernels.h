// The two passes of the byte resampler, once per instruction set, chosen when first called.
#ifndef C_RESIZE_KERNELS_H
#define C_RESIZE_KERNELS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// The weights of one pass, split so that products of 16-bit numbers suffice:
/// weight = (high << 15) + low, with 0 <= low < 32768.
typedef struct {
  /// First source pixel (or row) of each output, at least 0.
  const int32_t *starts;
  /// `outputs * taps` lower parts; taps past an output's support are zero.
  const int16_t *low;
  /// `outputs * taps` upper parts.
  const int16_t *high;
  /// How many outputs there are.
  size_t outputs;
  /// Weights per output, a multiple of 4.
  size_t taps;
} tessera_resize_axis;

/// Instruction sets, from the least to the most demanding.
typedef enum {
  TESSERA_RESIZE_PORTABLE = 0,
  TESSERA_RESIZE_AVX2 = 1,
  TESSERA_RESIZE_AVX512_VNNI = 2,
} tessera_resize_level;

/// The best level this machine has.
tessera_resize_level tessera_resize_best_level(void);

/// Resamples each row: RGB pixels in, RGB pixels out.
///
/// `rows` rows of `width` pixels start at `source`, `stride` bytes apart; no byte at or past
/// `source_end` is read. `target` receives `rows` rows of `axis->outputs` pixels without gaps.
void tessera_resize_across(
    tessera_resize_level level, const tessera_resize_axis *axis, const uint8_t *source,
    const uint8_t *source_end, size_t width, size_t stride, size_t rows, uint8_t *target);

/// Resamples each column: every output row is a weighted mean of source rows.
///
/// `rows` rows of `row_bytes` bytes start at `source`, `stride` bytes apart. `target` receives
/// `axis->outputs` rows of `row_bytes` bytes without gaps.
void tessera_resize_down(
    tessera_resize_level level, const tessera_resize_axis *axis, const uint8_t *source,
    size_t row_bytes, size_t stride, size_t rows, uint8_t *target);

#ifdef __cplusplus
}
#endif

#endif
