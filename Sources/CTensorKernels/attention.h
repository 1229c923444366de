// Attention in chunks of queries: scores of a chunk against all keys, softmax, weighted values. The
// full matrix of scores never exists.

// Keys are packed as the columns of panels over pixels, values as panels over channels.
INLINE long padded_pixels(const tk_attention *a) {
  return tk_divide_up(a->pixels, TK_CHANNEL_MULTIPLE) * TK_CHANNEL_MULTIPLE;
}

static long attention_packed_size(const tk_attention *a) { return padded_pixels(a) * a->stride; }

static long attention_scratch(const tk_attention *a) {
  return sizeof(float) * a->task_rows * padded_pixels(a);
}

// Each task packs both operands of a share of the pixels.
static void attention_pack(const tk_attention *a, long picture, long task) {
  const long tasks = tk_attention_pack_tasks(a), padded = padded_pixels(a);
  const float *keys = a->keys + picture * a->pixels * a->stride;
  const float *values = a->values + picture * a->pixels * a->stride;
  const long groups = padded / TK_CHANNEL_MULTIPLE;
  const long first = groups * task / tasks * TK_CHANNEL_MULTIPLE;
  const long last = groups * (task + 1) / tasks * TK_CHANNEL_MULTIPLE;
  float *packed_values = a->packed + padded * a->stride;
  for (long pixel = first; pixel < last; pixel++) {
    const long panel = pixel / PANEL * PANEL;
    const long width = panel_vectors(panel, padded) * LANES;
    float *to = a->packed + panel * a->channels + pixel - panel;
    const float *key = keys + pixel * a->stride, *value = values + pixel * a->stride;
    for (long channel = 0; channel < a->channels; channel++)
      to[channel * width] = pixel < a->pixels ? key[channel] : 0;
    for (long channel = 0; channel < a->stride; channel += PANEL) {
      const long vectors = panel_vectors(channel, a->stride);
      float *row = packed_values + channel * padded + pixel * vectors * LANES;
      for (long i = 0; i < vectors * LANES; i += LANES)
        store(row + i, pixel < a->pixels ? load(value + channel + i) : splat(0.f));
    }
  }
}

// Turns scores into weights that still have to be divided by the returned sum.
INLINE float soften(float *scores, long pixels, long padded, float factor) {
  for (long i = pixels; i < padded; i++) scores[i] = -__builtin_inff();
  vf largest = load(scores);
  for (long i = LANES; i < padded; i += LANES)
    largest = __builtin_elementwise_max(largest, load(scores + i));
  float top = largest[0];
  for (int i = 1; i < LANES; i++) top = largest[i] > top ? largest[i] : top;
  vf sum = splat(0.f);
  for (long i = 0; i < padded; i += LANES) {
    const vf e = exponential((load(scores + i) - splat(top)) * splat(factor));
    store(scores + i, e);
    sum += e;
  }
  for (long i = pixels; i < padded; i++) {
    sum[i % LANES] -= scores[i];
    scores[i] = 0;
  }
  float total = 0;
  for (int i = 0; i < LANES; i++) total += sum[i];
  return total;
}

static void attend(const tk_attention *a, long picture, long task, void *scratch) {
  const long first = task * a->task_rows, padded = padded_pixels(a);
  const long rows = a->pixels - first < a->task_rows ? a->pixels - first : a->task_rows;
  const float *queries = a->queries + (picture * a->pixels + first) * a->stride;
  float *results = a->results + (picture * a->pixels + first) * a->stride;
  float *scores = scratch;
  const factor_rows query_rows = {&queries, 1, a->channels, a->stride};
  if (a->uses_blas)
    tk_blas_multiply(
        rows, a->pixels, a->channels, queries, a->stride,
        a->keys + picture * a->pixels * a->stride, a->stride, 1, scores, padded);
  for (long pixel = 0; !a->uses_blas && pixel < padded; pixel += PANEL) {
    const block_target target = {scores + pixel, padded, 0, 0};
    multiply_panel(
        &query_rows, rows, panel_vectors(pixel, padded), a->packed + pixel * a->channels, 0,
        &target);
  }
  const float factor = 1 / __builtin_sqrtf((float)a->channels);
  float totals[256];
  for (long row = 0; row < rows; row++)
    totals[row] = soften(scores + row * padded, a->pixels, padded, factor);
  const float *weights = scores;
  const factor_rows weight_rows = {&weights, 1, a->pixels, padded};
  const float *packed_values = a->packed + padded * a->stride;
  if (a->uses_blas)
    tk_blas_multiply(
        rows, a->stride, a->pixels, scores, padded,
        a->values + picture * a->pixels * a->stride, a->stride, 0, results, a->stride);
  for (long channel = 0; !a->uses_blas && channel < a->stride; channel += PANEL) {
    const block_target target = {results + channel, a->stride, 0, 0};
    multiply_panel(
        &weight_rows, rows, panel_vectors(channel, a->stride), packed_values + channel * padded, 0,
        &target);
  }
  for (long row = 0; row < rows; row++) {
    const vf inverse = splat(1 / totals[row]);
    for (long c = 0; c < a->stride; c += LANES)
      store(results + row * a->stride + c, load(results + row * a->stride + c) * inverse);
  }
}
