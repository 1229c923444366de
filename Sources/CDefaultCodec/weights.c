#include "CDefaultCodec.h"

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char weights[] = {
#embed "model.safetensors"
};

const unsigned char *const tessera_default_codec = weights;
const size_t tessera_default_codec_size = sizeof weights;
