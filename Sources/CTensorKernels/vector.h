// Vectors of LANES floats, the same expressions for every instruction set.
#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")

typedef float vf __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(4 * LANES), aligned(4), may_alias));
typedef double vd __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

INLINE vf load(const float *p) { return *(const vf *)p; }
INLINE void store(float *p, vf v) { *(vf *)p = v; }
INLINE vf splat(float s) { return s - (vf){0}; }

// e to the power of x within 2 units in the last place; arguments outside ±87 are clamped.
// Cody and Waite's reduction, then a polynomial of degree 6 on ±ln(2)/2.
INLINE vf exponential(vf x) {
  x = __builtin_elementwise_min(__builtin_elementwise_max(x, splat(-87.f)), splat(88.f));
  const vf magic = splat(12582912.f);  // 1.5 * 2^23: adding it rounds to an integer
  vf n = x * splat(1.44269504f) + magic;
  const vi exponent = (vi)n;
  n = n - magic;
  const vf r = (x - n * splat(0.693359375f)) - n * splat(-2.12194440e-4f);
  vf p = splat(1.9875691500e-4f);
  p = p * r + splat(1.3981999507e-3f);
  p = p * r + splat(8.3334519073e-3f);
  p = p * r + splat(4.1665795894e-2f);
  p = p * r + splat(1.6666665459e-1f);
  p = p * r + splat(5.0000001201e-1f);
  p = p * (r * r) + r + splat(1.f);
  return p * (vf)((exponent + 127) << 23);
}

INLINE vf activate(vf x, const tk_activation activation) {
  if (activation == TK_SWISH) return x / (splat(1.f) + exponential(-x));
  if (activation == TK_RELU) return __builtin_elementwise_max(x, splat(0.f));
  return x;
}

// Sums about a pivot, kept per channel in double between calls. The pivot is a number of the data
// itself, so a flat area has moments of exactly 0 however large its numbers are.
INLINE void add_moments(double *slot, long stride, vf sum, vf square) {
  vd *s = (vd *)(slot + stride), *q = (vd *)(slot + 2 * stride);
  *s += __builtin_convertvector(sum, vd);
  *q += __builtin_convertvector(square, vd);
}
INLINE vf load_pivot(const double *slot) {
  return __builtin_convertvector(*(const vd *)slot, vf);
}
INLINE void store_pivot(double *slot, vf pivot) {
  *(vd *)slot = __builtin_convertvector(pivot, vd);
}
