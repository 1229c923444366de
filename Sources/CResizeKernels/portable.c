// Plain C: for every machine without a kernel of its own, and for the ends of rows.
#include "resize.h"

void tessera_across_portable(
    const prepared_axis *prepared, const uint8_t *const rows[ROW_BLOCK],
    uint8_t *const targets[ROW_BLOCK]) {
  const tessera_resize_axis *axis = prepared->axis;
  for (size_t row = 0; row < ROW_BLOCK; row++) {
    for (size_t output = 0; output < axis->outputs; output++) {
      const uint8_t *pixel = rows[row] + 3 * (size_t)axis->starts[output];
      const int16_t *low = axis->low + output * axis->taps;
      const int16_t *high = axis->high + output * axis->taps;
      uint32_t sums[3][2] = {{0}};
      for (size_t tap = 0; tap < axis->taps; tap++, pixel += 3) {
        for (int channel = 0; channel < 3; channel++) {
          sums[channel][0] += (uint32_t)(pixel[channel] * low[tap]);
          sums[channel][1] += (uint32_t)(pixel[channel] * high[tap]);
        }
      }
      for (int channel = 0; channel < 3; channel++) {
        targets[row][3 * output + (size_t)channel] =
            rounded_byte((int32_t)sums[channel][0], (int32_t)sums[channel][1]);
      }
    }
  }
}

void tessera_down_portable(
    const prepared_axis *prepared, size_t output, const uint8_t *const *taps, size_t first_byte,
    size_t byte_count, uint8_t *target) {
  const tessera_resize_axis *axis = prepared->axis;
  const int16_t *low = axis->low + output * axis->taps;
  const int16_t *high = axis->high + output * axis->taps;
  for (size_t byte = first_byte; byte < byte_count; byte++) {
    uint32_t low_sum = 0, high_sum = 0;
    for (size_t tap = 0; tap < axis->taps; tap++) {
      low_sum += (uint32_t)(taps[tap][byte] * low[tap]);
      high_sum += (uint32_t)(taps[tap][byte] * high[tap]);
    }
    target[byte] = rounded_byte((int32_t)low_sum, (int32_t)high_sum);
  }
}
