// Cuts the passes into blocks of rows for the kernels, and keeps every read inside the picture.
#include <stdlib.h>

#include "resize.h"

tessera_resize_level tessera_resize_best_level(void) {
#ifdef TESSERA_X86
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw")) {
    return TESSERA_RESIZE_AVX512_VNNI;
  }
  if (__builtin_cpu_supports("avx2")) {
    return TESSERA_RESIZE_AVX2;
  }
#endif
  return TESSERA_RESIZE_PORTABLE;
}

static across_kernel *across_at(tessera_resize_level level) {
#ifdef TESSERA_X86
  if (level == TESSERA_RESIZE_AVX512_VNNI) {
    return tessera_across_vnni;
  }
  if (level == TESSERA_RESIZE_AVX2) {
    return tessera_across_avx2;
  }
#endif
  (void)level;
  return tessera_across_portable;
}

static down_kernel *down_at(tessera_resize_level level) {
#ifdef TESSERA_X86
  if (level == TESSERA_RESIZE_AVX512_VNNI) {
    return tessera_down_vnni;
  }
  if (level == TESSERA_RESIZE_AVX2) {
    return tessera_down_avx2;
  }
#endif
  (void)level;
  return tessera_down_portable;
}

static void *allocated(size_t count) {
  void *memory = malloc(count);
  if (!memory) {
    abort();
  }
  return memory;
}

// Splits weights into signed bytes; null when one is too large for that (none of Pillow's filters
// has such a weight: the largest is 1.98).
static int8_t *byte_weights(const tessera_resize_axis *axis) {
  size_t count = axis->outputs * axis->taps;
  int8_t *bytes = allocated(3 * count);
  for (size_t index = 0; index < count; index++) {
    int32_t weight = axis->high[index] * (1 << LOW_BITS) + axis->low[index];
    int32_t lowest = (int8_t)(weight & 0xff);
    int32_t rest = (weight - lowest) / 256;
    int32_t middle = (int8_t)(rest & 0xff);
    int32_t uppermost = (rest - middle) / 256;
    if (uppermost < INT8_MIN || uppermost > INT8_MAX) {
      free(bytes);
      return NULL;
    }
    int8_t *group = bytes + index / 4 * 12 + index % 4;
    group[0] = (int8_t)lowest;
    group[4] = (int8_t)middle;
    group[8] = (int8_t)uppermost;
  }
  return bytes;
}

// Prepares the axis for `level`, or for a lower level that can take it.
static prepared_axis prepare(const tessera_resize_axis *axis, tessera_resize_level *level) {
  prepared_axis prepared = {.axis = axis};
  if (*level == TESSERA_RESIZE_AVX512_VNNI) {
    prepared.bytes = byte_weights(axis);
    if (!prepared.bytes) {
      *level = TESSERA_RESIZE_AVX2;
    }
  }
  return prepared;
}

void tessera_resize_across(
    tessera_resize_level level, const tessera_resize_axis *axis, const uint8_t *source,
    const uint8_t *source_end, size_t width, size_t stride, size_t rows, uint8_t *target) {
  prepared_axis prepared = prepare(axis, &level);
  across_kernel *kernel = across_at(level);
  // Padded taps reach past the last pixel of a row; what they read is multiplied by zero.
  size_t reach = 3 * (width + axis->taps) + READ_SLACK;
  size_t target_stride = 3 * axis->outputs;
  uint8_t *padded = NULL;
  uint8_t *spare = NULL;
  for (size_t first = 0; first < rows; first += ROW_BLOCK) {
    const uint8_t *block[ROW_BLOCK];
    uint8_t *targets[ROW_BLOCK];
    for (size_t row = 0; row < ROW_BLOCK; row++) {
      if (first + row >= rows) {
        // An incomplete block computes its last row again, into memory that nobody reads.
        spare = spare ? spare : allocated(target_stride);
        block[row] = block[row - 1];
        targets[row] = spare;
        continue;
      }
      const uint8_t *start = source + (first + row) * stride;
      targets[row] = target + (first + row) * target_stride;
      if ((size_t)(source_end - start) < reach) {
        padded = padded ? padded : calloc(ROW_BLOCK, reach);
        if (!padded) {
          abort();
        }
        start = memcpy(padded + row * reach, start, 3 * width);
      }
      block[row] = start;
    }
    kernel(&prepared, block, targets);
  }
  free(padded);
  free(spare);
  free((void *)prepared.bytes);
}

void tessera_resize_down(
    tessera_resize_level level, const tessera_resize_axis *axis, const uint8_t *source,
    size_t row_bytes, size_t stride, size_t rows, uint8_t *target) {
  prepared_axis prepared = prepare(axis, &level);
  down_kernel *kernel = down_at(level);
  const uint8_t **taps = allocated(axis->taps * sizeof *taps);
  for (size_t output = 0; output < axis->outputs; output++) {
    for (size_t tap = 0; tap < axis->taps; tap++) {
      size_t row = (size_t)axis->starts[output] + tap;
      taps[tap] = source + (row < rows ? row : rows - 1) * stride;
    }
    kernel(&prepared, output, taps, 0, row_bytes, target + output * row_bytes);
  }
  free(taps);
  free((void *)prepared.bytes);
}
