// What the kernels of all instruction sets share.
#ifndef TESSERA_RESIZE_H
#define TESSERA_RESIZE_H

#include <stdint.h>
#include <string.h>

#include "CResizeKernels.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define TESSERA_X86 1
#endif

enum {
  FRACTION_BITS = 22,
  LOW_BITS = 15,
  // A kernel may read this many bytes past the last pixel it needs.
  READ_SLACK = 32,
  // Rows the widest kernel takes at once.
  ROW_BLOCK = 4,
};

// An axis as a kernel gets it.
typedef struct {
  const tessera_resize_axis *axis;
  // For kernels that multiply bytes: per output and per four taps, the four lowest parts, the four
  // middle ones, the four uppermost ones; weight = lowest + (middle << 8) + (uppermost << 16).
  const int8_t *bytes;
} prepared_axis;

typedef void across_kernel(
    const prepared_axis *prepared, const uint8_t *const rows[ROW_BLOCK],
    uint8_t *const targets[ROW_BLOCK]);

typedef void down_kernel(
    const prepared_axis *prepared, size_t output, const uint8_t *const *taps, size_t first_byte,
    size_t byte_count, uint8_t *target);

across_kernel tessera_across_portable;
down_kernel tessera_down_portable;
#ifdef TESSERA_X86
across_kernel tessera_across_avx2, tessera_across_vnni;
down_kernel tessera_down_avx2, tessera_down_vnni;
#endif

static inline uint8_t rounded_byte(int32_t low, int32_t high) {
  // The two halves may each overflow; their sum does not, so it is taken modulo 2^32.
  int32_t sum =
      (int32_t)((uint32_t)low + ((uint32_t)high << LOW_BITS) + (1u << (FRACTION_BITS - 1)));
  int32_t value = sum >> FRACTION_BITS;
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

#endif
