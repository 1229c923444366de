#include "CTokenCoding.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

// Four contexts predict each bit of a label; a mixer weighs their predictions; a range coder writes
// the bit. The counters of a context lie in lines that serve four bits each (the first five), so that
// a token touches a dozen cache lines.
enum {
  contexts = 4,
  inputs = contexts + 1,  // and a constant
  line_bits = 15,
  line_size = 16,  // counters; a line holds the 15 nodes of four bits, two lines the 31 of five
  domain = 2048,  // logits are in 1/256 and lie in -2047...2047
};

// 65536 / (1 + exp(-d / 256)) at d = -2048, -2016, ..., 2048.
static const uint16_t knots[129] = {
    22,    25,    28,    32,    36,    41,    47,    53,    60,    68,    77,    87,    98,
    111,   126,   143,   162,   184,   208,   236,   267,   302,   342,   387,   439,   497,
    562,   636,   720,   815,   922,   1042,  1179,  1333,  1506,  1701,  1921,  2168,  2446,
    2758,  3108,  3500,  3938,  4427,  4971,  5577,  6249,  6992,  7812,  8714,  9702,  10782,
    11955, 13226, 14595, 16062, 17625, 19282, 21025, 22849, 24743, 26695, 28693, 30723, 32768,
    34813, 36843, 38841, 40793, 42687, 44511, 46254, 47911, 49474, 50941, 52310, 53581, 54754,
    55834, 56822, 57724, 58544, 59287, 59959, 60565, 61109, 61598, 62036, 62428, 62778, 63090,
    63368, 63615, 63835, 64030, 64203, 64357, 64494, 64614, 64721, 64816, 64900, 64974, 65039,
    65097, 65149, 65194, 65234, 65269, 65300, 65328, 65352, 65374, 65393, 65410, 65425, 65438,
    65449, 65459, 65468, 65476, 65483, 65489, 65495, 65500, 65504, 65508, 65511, 65514};

// How far a prediction is trusted that rests on n observations, of 256.
static const int32_t trust[16] = {0,   128, 180, 205, 220, 230, 236, 240,
                                  244, 247, 250, 252, 254, 256, 256, 256};
// 65536 / (n + 2): how far observation n + 1 moves a counter.
static const int32_t rate[16] = {32768, 21845, 16384, 13107, 10923, 9362, 8192, 7282,
                                 6554,  5958,  5461,  5041,  4681,  4369, 4096, 4096};
// Which of four weight vectors: none, few, some or many observations in the last context.
static const uint8_t kind[16] = {0, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3};

typedef struct {
  uint16_t squash[2 * domain];  // logit + 2048 -> probability of 65536
  int16_t stretch[4096];        // probability of 4096 -> logit, the inverse
  int32_t weights[24][4][8];
  uint16_t lines[contexts][(size_t)1 << line_bits][line_size];
} model;

typedef struct {
  uint32_t low, high;
  uint32_t code;  // of the decoder
  uint8_t *out;
  const uint8_t *in;
  size_t left;
  bool overrun;
} coder;

static model *make_model(void) {
  model *m = aligned_alloc(64, (sizeof(model) + 63) / 64 * 64);
  if (!m) return NULL;
  for (int i = 0; i < 2 * domain; i++) {
    int knot = i / 32, part = i % 32;
    m->squash[i] = (uint16_t)((knots[knot] * (32 - part) + knots[knot + 1] * part + 16) / 32);
  }
  for (int p = 0, d = 1; p < 4096; p++) {
    while (d < 2 * domain - 1 && m->squash[d] < p * 16 + 8) d++;
    m->stretch[p] = (int16_t)(d - domain);
  }
  for (int bit = 0; bit < 24; bit++)
    for (int k = 0; k < 4; k++)
      for (int j = 0; j < 8; j++) m->weights[bit][k][j] = j < inputs ? 19660 : 0;
  uint16_t *counters = &m->lines[0][0][0];
  for (size_t i = 0; i < sizeof m->lines / sizeof *counters; i++) counters[i] = 2048 << 4;
  return m;
}

static inline uint32_t context(uint32_t number, uint32_t x, uint32_t y) {
  uint32_t h = (number + 1) * 0x9E3779B1u;
  h = (h + x) * 0x85EBCA77u;
  h ^= h >> 15;
  h = (h + y) * 0xC2B2AE3Du;
  return h ^ h >> 13;
}

static inline uint32_t line(uint32_t context, uint32_t path) {
  uint32_t h = context + path * 0x9E3779B1u;
  h ^= h >> 15;
  h *= 0x85EBCA77u;
  h ^= h >> 13;
  return h >> (32 - line_bits);
}

static inline int code_bit(coder *c, int bit, uint32_t p, bool decoding) {
  uint32_t middle = c->low + (uint32_t)(((uint64_t)(c->high - c->low) * p) >> 16);
  if (decoding) bit = c->code <= middle;
  if (bit)
    c->high = middle;
  else
    c->low = middle + 1;
  while (((c->low ^ c->high) & 0xFF000000u) == 0) {
    if (decoding) {
      c->overrun |= c->left == 0;
      c->code = c->code << 8 | (c->left ? *c->in : 0);
      if (c->left) c->in++, c->left--;
    } else if (c->left) {
      *c->out++ = (uint8_t)(c->high >> 24), c->left--;
    } else {
      c->overrun = true;
    }
    c->low <<= 8;
    c->high = c->high << 8 | 255;
  }
  return bit;
}

static inline __attribute__((always_inline)) int32_t code_label(
    model *m, coder *c, const uint32_t hashes[contexts], int bits, int32_t label, bool decoding) {
  uint16_t *lines[contexts];
  uint32_t path = 1, node = 1;
  for (int b = 0; b < bits; b++) {
    if (b == 0 || (b >= 5 && (b - 5) % 4 == 0)) {
      for (int j = 0; j < contexts; j++)
        lines[j] = m->lines[j][line(hashes[j], path) & (b ? ~0u : ~1u)];
      node = 1;
    }
    if (b >= 4 && (b - 4) % 4 == 0 && b + 1 < bits) {
      // The line of the next bits is one of two; both are fetched while this bit is coded.
      for (int j = 0; j < contexts; j++) {
        __builtin_prefetch(m->lines[j][line(hashes[j], path << 1)], 1);
        __builtin_prefetch(m->lines[j][line(hashes[j], path << 1 | 1)], 1);
      }
    }
    int32_t x[8] = {0}, last = 0;
    for (int j = 0; j < contexts; j++) {
      uint16_t q = lines[j][node];
      last = q & 15;
      x[j] = m->stretch[q >> 4] * trust[last] >> 8;
    }
    x[contexts] = 64;
    int32_t *w = m->weights[b][kind[last]];
    int32_t logit = 0;
    for (int j = 0; j < 8; j++) logit += w[j] * x[j] >> 16;
    logit = logit > domain - 1 ? domain - 1 : logit < 1 - domain ? 1 - domain : logit;
    uint32_t p = m->squash[logit + domain];
    int bit = code_bit(c, label >> (bits - 1 - b) & 1, p, decoding);
    int32_t error = ((bit << 16) - (int32_t)p) >> 4;
    for (int j = 0; j < 8; j++) {
      int32_t moved = w[j] + ((x[j] * error + 512) >> 10);
      w[j] = moved > 524287 ? 524287 : moved < -524288 ? -524288 : moved;
    }
    int32_t target = bit ? 4095 : 0;
    for (int j = 0; j < contexts; j++) {
      int32_t p12 = lines[j][node] >> 4, n = lines[j][node] & 15;
      p12 += ((target - p12) * rate[n] + 32768) >> 16;
      lines[j][node] = (uint16_t)(p12 << 4 | (n < 14 ? n + 1 : n));
    }
    node = node << 1 | (uint32_t)bit;
    path = path << 1 | (uint32_t)bit;
  }
  return (int32_t)(path & ((1u << bits) - 1));
}

static inline __attribute__((always_inline)) void code_rows(
    model *m, coder *c, int32_t *labels, const uint32_t *shapes, size_t rows, int bits,
    bool decoding) {
  const uint32_t none = 1u << bits;
  const int coarse = bits > 6 ? bits - 6 : 0;
  for (size_t row = 0; row < rows; row++) {
    const uint32_t height = shapes[2 * row], width = shapes[2 * row + 1];
    for (uint32_t y = 0; y < height; y++) {
      for (uint32_t x = 0; x < width; x++, labels++) {
        uint32_t left = x ? (uint32_t)labels[-1] : none;
        uint32_t above = y ? (uint32_t)labels[-(ptrdiff_t)width] : none;
        uint32_t hashes[contexts] = {
            context(0, 0, 0), context(1, left >> coarse, above >> coarse), context(2, left, 0),
            context(3, above, 0)};
        int32_t label = code_label(m, c, hashes, bits, decoding ? 0 : *labels, decoding);
        if (decoding) *labels = label;
        if (c->overrun) return;
      }
    }
  }
}

size_t tessera_compact_encode(
    const int32_t *labels, const uint32_t *shapes, size_t rows, int bits, uint8_t *bytes,
    size_t capacity) {
  model *m = make_model();
  if (!m || capacity < 4) {
    free(m);
    return 0;
  }
  coder c = {.low = 0, .high = 0xFFFFFFFFu, .out = bytes, .left = capacity - 4};
  code_rows(m, &c, (int32_t *)labels, shapes, rows, bits, false);
  free(m);
  if (c.overrun) return 0;
  for (int shift = 24; shift >= 0; shift -= 8) *c.out++ = (uint8_t)(c.low >> shift);
  return (size_t)(c.out - bytes);
}

int tessera_compact_decode(
    const uint8_t *bytes, size_t size, const uint32_t *shapes, size_t rows, int bits,
    int32_t *labels) {
  if (size < 4) return 1;
  model *m = make_model();
  if (!m) return 2;
  coder c = {.low = 0, .high = 0xFFFFFFFFu, .in = bytes + 4, .left = size - 4};
  for (int i = 0; i < 4; i++) c.code = c.code << 8 | bytes[i];
  code_rows(m, &c, labels, shapes, rows, bits, true);
  free(m);
  return c.overrun || c.left != 0 ? 1 : 0;
}
