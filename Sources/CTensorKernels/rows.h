// Reading a convolution's input: rows with zeros around them, normalized and activated on the way.

// `pixels` pixels of `stride` floats: to = activation(scale * from + shift).
INLINE void affine_rows(
    float *to, const float *from, long pixels, long stride, const float *scale, const float *shift,
    const tk_activation activation) {
  for (long p = 0; p < pixels; p++, to += stride, from += stride)
    for (long c = 0; c < stride; c += LANES) {
      vf v = load(from + c);
      if (scale) v = v * load(scale + c) + load(shift + c);
      store(to + c, activate(v, activation));
    }
}

static void affine(
    float *to, const float *from, long pixels, long stride, const float *scale, const float *shift,
    tk_activation activation) {
  if (!scale && activation == TK_IDENTITY) {
    if (to != from) memcpy(to, from, sizeof(float) * pixels * stride);
  } else if (scale && activation == TK_SWISH) {
    affine_rows(to, from, pixels, stride, scale, shift, TK_SWISH);
  } else if (scale) {
    affine_rows(to, from, pixels, stride, scale, shift, TK_IDENTITY);
    if (activation == TK_RELU) affine_rows(to, to, pixels, stride, 0, 0, TK_RELU);
  } else if (activation == TK_SWISH) {
    affine_rows(to, from, pixels, stride, 0, 0, TK_SWISH);
  } else {
    affine_rows(to, from, pixels, stride, 0, 0, TK_RELU);
  }
}

// Pixels `left..<right` of input row `row`; what lies outside the map is 0.
static void fill_row(
    const tk_convolution *c, long picture, long row, long left, long right, float *to) {
  const tk_map *x = &c->input;
  const long stride = x->stride;
  if (row < 0 || row >= x->height) {
    memset(to, 0, sizeof(float) * (right - left) * stride);
    return;
  }
  if (left < 0) {
    memset(to, 0, sizeof(float) * -left * stride);
    to += -left * stride;
    left = 0;
  }
  const long inside = right < x->width ? right : x->width;
  affine(
      to, x->data + ((picture * x->height + row) * x->width + left) * stride, inside - left, stride,
      c->scale ? c->scale + picture * stride : 0, c->shift ? c->shift + picture * stride : 0,
      c->activation);
  if (right > inside)
    memset(to + (inside - left) * stride, 0, sizeof(float) * (right - inside) * stride);
}

// Moments of `pixels` pixels, added to a slot; `fresh` sets the pivots first.
static void add_row_moments(
    double *slot, const float *from, long pixels, long stride, int fresh) {
  if (fresh) {
    for (long c = 0; c < stride; c += LANES) {
      store_pivot(slot + c, load(from + c));
      *(vd *)(slot + stride + c) = (vd){0};
      *(vd *)(slot + 2 * stride + c) = (vd){0};
    }
    slot[3 * stride] = 0;
  }
  for (long c = 0; c < stride; c += LANES) {
    const vf pivot = load_pivot(slot + c);
    vf sum = splat(0.f), square = splat(0.f);
    for (long p = 0; p < pixels; p++) {
      const vf v = load(from + p * stride + c) - pivot;
      sum += v;
      square += v * v;
    }
    add_moments(slot + c, stride, sum, square);
  }
  slot[3 * stride] += pixels;
}

static void moments(double *slot, const float *from, long pixels, long stride) {
  // In pieces, so that the fp32 sums stay short.
  for (long first = 0; first < pixels; first += 256) {
    const long count = pixels - first < 256 ? pixels - first : 256;
    add_row_moments(slot, from + first * stride, count, stride, first == 0);
  }
}
