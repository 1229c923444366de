#ifndef CTOKENCODING_H
#define CTOKENCODING_H

#include <stddef.h>
#include <stdint.h>

/// The context model of compact token columns (Formats/token-file.md, section 6): integers only,
/// so that every machine computes the same bytes.
///
/// Labels are the leaves of the codebook's tree, `bits` (1...24) bits each, row after row in raster
/// order; `shapes` holds height and width of each row.

/// Encodes labels, each below 1 << bits.
///
/// Returns the bytes written, or 0 when `capacity` does not suffice or memory is short.
size_t tessera_compact_encode(
    const int32_t *labels, const uint32_t *shapes, size_t rows, int bits, uint8_t *bytes,
    size_t capacity);

/// Decodes as many labels as the shapes say.
///
/// Returns 0; 1 when the bytes are too few or too many; 2 when memory is short.
int tessera_compact_decode(
    const uint8_t *bytes, size_t size, const uint32_t *shapes, size_t rows, int bits,
    int32_t *labels);

#endif
