// The embedded ICE vocabulary: a sentencepiece model, packed with zstd.
#pragma once

#include <stddef.h>

extern const unsigned char *const tessera_ice_vocabulary;
extern const size_t tessera_ice_vocabulary_size;
