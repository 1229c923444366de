// The inner loop of everything: a block of up to BLOCK_ROWS rows times one panel of packed weights.

#define PANEL (LANES * PANEL_VECTORS)

// Where the rows of a product come from: `count` runs of `length` floats each, the same for every
// row but `row_stride` floats further. A plain matrix has one run; a convolution has one per kernel
// row (or per tap).
typedef struct {
  const float *const *runs;
  long count, length, row_stride;
} factor_rows;

// sums[i][j] = initial[j] + Σ_k rows[i][k] * weights[k][j]. With rows and vectors known at compile
// time everything stays in registers.
INLINE void multiply_block(
    const int rows, const int vectors, const factor_rows a, long first, const float *weights,
    const float *initial, vf sums[BLOCK_ROWS][PANEL_VECTORS]) {
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vectors; j++)
      sums[i][j] = initial ? load(initial + j * LANES) : splat(0.f);
  const long stride = a.row_stride;
  for (long run = 0; run < a.count; run++) {
    const float *x = a.runs[run] + first * stride;
    for (long k = 0; k < a.length; k++) {
      vf w[PANEL_VECTORS];
      UNROLL for (int j = 0; j < vectors; j++) {
        w[j] = load(weights + j * LANES);
        __builtin_prefetch(weights + (a.length * vectors + j) * LANES, 0, 2);
      }
      UNROLL for (int i = 0; i < rows; i++) {
        const vf factor = splat(x[i * stride + k]);
        UNROLL for (int j = 0; j < vectors; j++) sums[i][j] += factor * w[j];
      }
      weights += vectors * LANES;
    }
  }
}

// What becomes of the sums of one block.
typedef struct {
  float *to;
  long to_stride;
  const float *residual;  // rows like `to`, or null
  float gain;
} block_target;

INLINE void store_block(
    const int rows, const int vectors, const block_target t, long first,
    vf sums[BLOCK_ROWS][PANEL_VECTORS]) {
  float *to = t.to + first * t.to_stride;
  const float *residual = t.residual ? t.residual + first * t.to_stride : 0;
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vectors; j++) {
      vf v = sums[i][j];
      if (residual) v = load(residual + i * t.to_stride + j * LANES) + splat(t.gain) * v;
      store(to + i * t.to_stride + j * LANES, v);
    }
}

// One function per number of rows, so that the loops above unroll.
#define MULTIPLY_ROWS(n)                                                                     \
  static __attribute__((noinline)) void multiply_##n(                                        \
      const factor_rows *a, long first, const float *w, const float *initial,                \
      const block_target *t) {                                                               \
    vf sums[BLOCK_ROWS][PANEL_VECTORS];                                                      \
    multiply_block(n, PANEL_VECTORS, *a, first, w, initial, sums);                           \
    store_block(n, PANEL_VECTORS, *t, first, sums);                                          \
  }                                                                                          \
  static __attribute__((noinline)) void multiply_narrow_##n(                                 \
      const factor_rows *a, long first, const float *w, const float *initial,                \
      const block_target *t) {                                                               \
    vf sums[BLOCK_ROWS][PANEL_VECTORS];                                                      \
    multiply_block(n, 1, *a, first, w, initial, sums);                                       \
    store_block(n, 1, *t, first, sums);                                                      \
  }
#define LIST_ROWS(n) multiply_##n,
#define LIST_NARROW_ROWS(n) multiply_narrow_##n,
#if BLOCK_ROWS == 14
#define EACH_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6) X(7) X(8) X(9) X(10) X(11) X(12) X(13) X(14)
#elif BLOCK_ROWS == 6
#define EACH_ROWS(X) X(1) X(2) X(3) X(4) X(5) X(6)
#else
#error "list the row counts of this block size"
#endif
EACH_ROWS(MULTIPLY_ROWS)
typedef void (*multiply_function)(
    const factor_rows *, long, const float *, const float *, const block_target *);
static const multiply_function multiply_functions[] = {EACH_ROWS(LIST_ROWS)};
static const multiply_function multiply_narrow_functions[] = {EACH_ROWS(LIST_NARROW_ROWS)};

// `rows` rows times one panel of 1 or PANEL_VECTORS vectors, in blocks of nearly equal size.
INLINE void multiply_panel(
    const factor_rows *a, long rows, int vectors, const float *weights, const float *initial,
    const block_target *target) {
  const multiply_function *functions =
      vectors == PANEL_VECTORS ? multiply_functions : multiply_narrow_functions;
  const long blocks = (rows + BLOCK_ROWS - 1) / BLOCK_ROWS;
  long first = 0;
  for (long block = 0; block < blocks; block++) {
    const long size = (rows - first + blocks - block - 1) / (blocks - block);
    functions[size - 1](a, first, weights, initial, target);
    first += size;
  }
}

// How many vectors the panel beginning at `channel` has, of a map of `stride` channels.
INLINE int panel_vectors(long channel, long stride) {
  return stride - channel >= PANEL ? PANEL_VECTORS : 1;
}
