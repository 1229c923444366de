#include "CICEVocabulary.h"

static const unsigned char bytes[] = {
#embed "tessera-ice-16k.model.zst"
};

const unsigned char *const tessera_ice_vocabulary = bytes;
const size_t tessera_ice_vocabulary_size = sizeof bytes;
