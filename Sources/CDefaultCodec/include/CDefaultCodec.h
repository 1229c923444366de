#pragma once
#include <stddef.h>

/// The default codec's weights: a safetensors file, `tessera_default_codec_size` bytes.
extern const unsigned char *const tessera_default_codec;
extern const size_t tessera_default_codec_size;
