// Whatever is not fused into a convolution.

static void add(float *to, const float *a, const float *b, float gain, long count) {
  for (long i = 0; i < count; i += LANES) store(to + i, load(a + i) + splat(gain) * load(b + i));
}

static void multiply(float *to, const float *a, const float *b, long count) {
  for (long i = 0; i < count; i += LANES) store(to + i, load(a + i) * load(b + i));
}

static void pool_row(
    float *to, const float *above, const float *below, long pixels, long stride, int largest) {
  for (long p = 0; p < pixels; p++, to += stride, above += 2 * stride, below += 2 * stride)
    for (long c = 0; c < stride; c += LANES) {
      const vf a = load(above + c), b = load(above + stride + c);
      const vf d = load(below + c), e = load(below + stride + c);
      if (largest)
        store(
            to + c, __builtin_elementwise_max(
                        __builtin_elementwise_max(a, b), __builtin_elementwise_max(d, e)));
      else
        store(to + c, ((a + b) + (d + e)) * splat(.25f));
    }
}
