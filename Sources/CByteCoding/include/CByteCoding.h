#ifndef CBYTECODING_H
#define CBYTECODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether this processor multiplies without carries (PCLMULQDQ), which crc32_fold needs.
bool tessera_crc32_can_fold(void);

/// Folds blocks * 64 bytes (blocks >= 1) into 16 bytes with the same CRC-32 remainder.
///
/// `state` is the CRC register (the complement of the checksum so far). The CRC register after the
/// bytes is that after `folded`, started from 0. Gopal et al., "Fast CRC computation for generic
/// polynomials using PCLMULQDQ", Intel 2009.
void tessera_crc32_fold(uint32_t state, const uint8_t *bytes, size_t blocks, uint8_t folded[16]);

#endif
