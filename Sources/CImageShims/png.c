#include "CImageShims.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

// Everything that must outlive a longjmp is in this struct, which lives in the caller's frame.
typedef struct {
  jmp_buf failure;
  tessera_png_report *report;
  tessera_png_status status;
  const uint8_t *input;
  size_t input_count;
  size_t input_offset;
  uint8_t *output;
  size_t output_count;
  size_t output_capacity;
} png_state;

static void on_error(png_structp png, png_const_charp message) {
  png_state *state = png_get_error_ptr(png);
  strncpy(state->report->message, message, sizeof state->report->message - 1);
  if (state->status == TESSERA_PNG_DONE) {
    state->status =
        strstr(message, "emory") ? TESSERA_PNG_OUT_OF_MEMORY : TESSERA_PNG_CORRUPT;
  }
  longjmp(state->failure, 1);
}

// Warnings concern profiles, times and texts, never pixels: those are errors.
static void on_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

static void read_bytes(png_structp png, png_bytep destination, size_t length) {
  png_state *state = png_get_io_ptr(png);
  if (length > state->input_count - state->input_offset) {
    state->input_offset = state->input_count;
    state->status = TESSERA_PNG_TRUNCATED;
    png_error(png, "the file ends inside a chunk");
  }
  memcpy(destination, state->input + state->input_offset, length);
  state->input_offset += length;
}

static void append_bytes(png_structp png, png_bytep source, size_t length) {
  png_state *state = png_get_io_ptr(png);
  if (length > state->output_capacity - state->output_count) {
    size_t capacity = state->output_capacity * 2 + length;
    uint8_t *grown = realloc(state->output, capacity);
    if (!grown) {
      state->status = TESSERA_PNG_OUT_OF_MEMORY;
      png_error(png, "out of memory");
    }
    state->output = grown;
    state->output_capacity = capacity;
  }
  memcpy(state->output + state->output_count, source, length);
  state->output_count += length;
}

static void flush_bytes(png_structp png) { (void)png; }

// Asks libpng for 8-bit RGB or RGBA, whatever the file holds.
static void request_channels(png_structp png, png_infop info, int channels) {
  int color = png_get_color_type(png, info);
  if (color == PNG_COLOR_TYPE_PALETTE) {
    png_set_palette_to_rgb(png);
  }
  if (color == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) < 8) {
    png_set_expand_gray_1_2_4_to_8(png);
  }
  if (png_get_bit_depth(png, info) == 16) {
    png_set_strip_16(png);
  }
  if (!(color & PNG_COLOR_MASK_COLOR)) {
    png_set_gray_to_rgb(png);
  }
  if (channels == 4) {
    if (png_get_valid(png, info, PNG_INFO_tRNS)) {
      png_set_tRNS_to_alpha(png);
    } else if (!(color & PNG_COLOR_MASK_ALPHA)) {
      png_set_add_alpha(png, 0xff, PNG_FILLER_AFTER);
    }
  } else {
    // Palette expansion would bring the transparency of tRNS with it.
    png_set_strip_alpha(png);
  }
}

static void decode(
    png_structp png, png_infop info, uint32_t width, uint32_t height, int channels,
    uint8_t *pixels, size_t *rows) {
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_read_info(png, info);
  if (png_get_image_width(png, info) != width || png_get_image_height(png, info) != height) {
    png_error(png, "the size changed between two readings of the header");
  }
  request_channels(png, info, channels);
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  size_t row_bytes = (size_t)width * (size_t)channels;
  if (png_get_rowbytes(png, info) != row_bytes) {
    png_error(png, "rows have an unexpected length");
  }
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < height; row++) {
      png_read_row(png, pixels + row * row_bytes, NULL);
      *rows += 1;
    }
  }
  png_read_end(png, NULL);
}

tessera_png_status tessera_png_decode(
    const uint8_t *bytes, size_t count, uint32_t width, uint32_t height, int channels,
    uint8_t *pixels, tessera_png_report *report) {
  memset(report, 0, sizeof *report);
  png_state state = {.report = report, .input = bytes, .input_count = count};
  png_structp png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_read_struct(&png, NULL, NULL);
    return TESSERA_PNG_OUT_OF_MEMORY;
  }
  if (setjmp(state.failure) == 0) {
    png_set_read_fn(png, &state, read_bytes);
    decode(png, info, width, height, channels, pixels, &report->rows);
  }
  report->offset = state.input_offset;
  png_destroy_read_struct(&png, &info, NULL);
  return state.status;
}

static void encode(
    png_structp png, png_infop info, const uint8_t *pixels, uint32_t width, uint32_t height,
    int level) {
  png_set_user_limits(png, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
  png_set_compression_level(png, level);
  png_set_IHDR(
      png, info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, info);
  for (uint32_t row = 0; row < height; row++) {
    png_write_row(png, pixels + (size_t)row * width * 3);
  }
  png_write_end(png, info);
}

tessera_png_status tessera_png_encode(
    const uint8_t *pixels, uint32_t width, uint32_t height, int level, uint8_t **bytes,
    size_t *count, tessera_png_report *report) {
  memset(report, 0, sizeof *report);
  *bytes = NULL;
  *count = 0;
  png_state state = {.report = report};
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, &state, on_error, on_warning);
  png_infop info = png ? png_create_info_struct(png) : NULL;
  if (!info) {
    png_destroy_write_struct(&png, NULL);
    return TESSERA_PNG_OUT_OF_MEMORY;
  }
  if (setjmp(state.failure) == 0) {
    png_set_write_fn(png, &state, append_bytes, flush_bytes);
    encode(png, info, pixels, width, height, level);
  }
  png_destroy_write_struct(&png, &info);
  if (state.status == TESSERA_PNG_DONE) {
    *bytes = state.output;
    *count = state.output_count;
  } else {
    free(state.output);
  }
  return state.status;
}

void tessera_png_free(uint8_t *bytes) { free(bytes); }
