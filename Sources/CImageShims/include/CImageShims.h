// libpng behind plain function calls: no longjmp leaves this target.
#ifndef C_IMAGE_SHIMS_H
#define C_IMAGE_SHIMS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// How a call ended.
typedef enum {
  TESSERA_PNG_DONE = 0,
  TESSERA_PNG_TRUNCATED = 1,
  TESSERA_PNG_CORRUPT = 2,
  TESSERA_PNG_OUT_OF_MEMORY = 3,
} tessera_png_status;

/// What went wrong, and where.
typedef struct {
  /// libpng's message, ended by a zero byte; empty after success.
  char message[160];
  /// Bytes of the file read so far.
  size_t offset;
  /// Rows decoded, over all passes of an interlaced picture.
  size_t rows;
} tessera_png_report;

/// Decodes a whole PNG to 8 bits per channel.
///
/// `channels` is 3 (red green blue; transparency is left out) or 4 (with alpha, 255 = opaque).
/// `width` and `height` must be those of the file's header, and `pixels` must have room for
/// `width * height * channels` bytes. After a failure the rows decoded so far are in place.
tessera_png_status tessera_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels,
    uint8_t *pixels, tessera_png_report *report);

/// Encodes 8-bit RGB as PNG into a buffer that `tessera_png_free` releases.
tessera_png_status tessera_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int level, uint8_t **bytes,
    size_t *count, tessera_png_report *report);

/// Releases what `tessera_png_encode` returned; a null pointer is allowed.
void tessera_png_free(uint8_t *bytes);

#ifdef __cplusplus
}
#endif

#endif
