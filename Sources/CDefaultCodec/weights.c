#include "CDefaultCodec.h"
