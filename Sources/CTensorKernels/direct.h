// Convolutions as products over the kernel's taps, and one special case that beats them.

// One output row by OpenBLAS: the taps of every pixel gathered into a row of a matrix.
static void matrix_row(
    const tk_convolution *c, const float *const *lines, float *to, const float *residual,
    long pixels, float *room) {
  const long inputs = c->input.channels, outputs = c->output.stride;
  const long depth = c->kernel_height * c->kernel_width * inputs;
  float *products = room, *gathered = room + pixels * outputs;
  const float *factors = gathered;
  long factor_stride = depth;
  if (c->kernel_height * c->kernel_width == 1) {
    factors = lines[0];
    factor_stride = c->stride * c->input.stride;
  } else {
    for (long p = 0; p < pixels; p++)
      for (long ky = 0; ky < c->kernel_height; ky++)
        for (long kx = 0; kx < c->kernel_width; kx++)
          memcpy(
              gathered + p * depth + (ky * c->kernel_width + kx) * inputs,
              lines[ky] + (p * c->stride + kx) * c->input.stride, sizeof(float) * inputs);
  }
  tk_blas_multiply(
      pixels, outputs, depth, factors, factor_stride, c->weights, outputs, 0, products, outputs);
  for (long p = 0; p < pixels; p++)
    for (long o = 0; o < outputs; o += LANES) {
      vf v = load(products + p * outputs + o) + load(c->bias + o);
      if (residual) v = load(residual + p * outputs + o) + splat(c->gain) * v;
      store(to + p * outputs + o, v);
    }
}

INLINE long matrix_room(const tk_convolution *c, long pixels) {
  if (c->method != TK_MATRIX) return 0;
  return pixels * (c->output.stride + c->kernel_height * c->kernel_width * c->input.channels);
}

// One output row from the padded input rows `lines` (pointers to the row's first tap).
static void direct_row(
    const tk_convolution *c, const float *const *lines, const float *weights, long kernel_height,
    long kernel_width, long stride, float *to, long to_stride, const float *residual,
    long pixels) {
  const tk_map *x = &c->input;
  const float *runs[64];
  factor_rows rows = {runs, 0, 0, stride * x->stride};
  if (x->stride == x->channels) {  // the taps of a kernel row are neighbours in memory
    rows.count = kernel_height;
    rows.length = kernel_width * x->channels;
    for (long ky = 0; ky < kernel_height; ky++) runs[ky] = lines[ky];
  } else {
    rows.count = kernel_height * kernel_width;
    rows.length = x->channels;
    for (long ky = 0; ky < kernel_height; ky++)
      for (long kx = 0; kx < kernel_width; kx++)
        runs[ky * kernel_width + kx] = lines[ky] + kx * x->stride;
  }
  const long depth = kernel_height * kernel_width * x->channels;
  for (long channel = 0; channel < c->output.stride; channel += PANEL) {
    const block_target target = {
        to + channel, to_stride, residual ? residual + channel : 0, c->gain};
    multiply_panel(
        &rows, pixels, panel_vectors(channel, c->output.stride), weights + channel * depth,
        c->bias + channel, &target);
  }
}

INLINE double *task_moments(const tk_convolution *c, long task) {
  return c->moments ? c->moments + task * tk_moments_size(c->output.stride) : 0;
}

// Pixels of a 1x1 convolution that are read together.
#define POINT_PIXELS 112

static long direct_scratch(const tk_convolution *c) {
  if (c->kernel_height * c->kernel_width == 1 && c->stride == 1)
    return sizeof(float) * (POINT_PIXELS * c->input.stride + matrix_room(c, POINT_PIXELS));
  const long row = ((c->output.width - 1) * c->stride + c->kernel_width) * c->input.stride;
  return sizeof(float) * (c->kernel_height * row + matrix_room(c, c->output.width));
}

// 1x1 at stride 1: pixels need no neighbours, rows need no borders.
static void point_task(const tk_convolution *c, long task, float *scratch) {
  const tk_map *x = &c->input, *y = &c->output;
  const long slots = tk_divide_up(y->height, c->task_rows);
  const long picture = task / slots, top = task % slots * c->task_rows;
  const long rows = y->height - top < c->task_rows ? y->height - top : c->task_rows;
  const long first = (picture * y->height + top) * y->width, pixels = rows * y->width;
  double *slot = task_moments(c, task);
  for (long p = 0; p < pixels; p += POINT_PIXELS) {
    const long count = pixels - p < POINT_PIXELS ? pixels - p : POINT_PIXELS;
    const float *line = x->data + (first + p) * x->stride;
    if (c->scale || c->activation != TK_IDENTITY) {
      affine(
          scratch, line, count, x->stride, c->scale ? c->scale + picture * x->stride : 0,
          c->shift ? c->shift + picture * x->stride : 0, c->activation);
      line = scratch;
    }
    float *to = y->data + (first + p) * y->stride;
    const float *residual = c->residual ? c->residual + (first + p) * y->stride : 0;
    if (c->method == TK_MATRIX)
      matrix_row(c, &line, to, residual, count, scratch + POINT_PIXELS * x->stride);
    else
      direct_row(c, &line, c->weights, 1, 1, 1, to, y->stride, residual, count);
    if (slot) add_row_moments(slot, to, count, y->stride, p == 0);
  }
}

static void direct_task(const tk_convolution *c, long task, void *scratch) {
  if (c->kernel_height * c->kernel_width == 1 && c->stride == 1) {
    point_task(c, task, scratch);
    return;
  }
  const tk_map *x = &c->input, *y = &c->output;
  const long slots = tk_divide_up(y->height, c->task_rows);
  const long picture = task / slots, top = task % slots * c->task_rows;
  const long bottom = top + c->task_rows < y->height ? top + c->task_rows : y->height;
  const long pixels = (y->width - 1) * c->stride + c->kernel_width;
  double *slot = task_moments(c, task);
  float *ring = scratch;
  long filled = top * c->stride;  // rows of the padded input
  for (long row = top; row < bottom; row++) {
    const long first = row * c->stride;
    if (filled < first) filled = first;
    for (; filled < first + c->kernel_height; filled++)
      fill_row(
          c, picture, filled - c->padding_top, -c->padding_left, pixels - c->padding_left,
          ring + filled % c->kernel_height * pixels * x->stride);
    const float *lines[64];
    for (long ky = 0; ky < c->kernel_height; ky++)
      lines[ky] = ring + (first + ky) % c->kernel_height * pixels * x->stride;
    const long offset = (picture * y->height + row) * y->width * y->stride;
    const float *residual = c->residual ? c->residual + offset : 0;
    if (c->method == TK_MATRIX)
      matrix_row(
          c, lines, y->data + offset, residual, y->width,
          ring + c->kernel_height * pixels * x->stride);
    else
      direct_row(
          c, lines, c->weights, c->kernel_height, c->kernel_width, c->stride, y->data + offset,
          y->stride, residual, y->width);
    if (slot) add_row_moments(slot, y->data + offset, y->width, y->stride, row == top);
  }
}

// Few results: the products of all nine taps at once, [pixel][tap * outputs + output], then every
// result is the sum of nine of them.
#define FOUR_LANES 4
typedef float v4 __attribute__((vector_size(16), aligned(4), may_alias));

INLINE long few_columns(const tk_convolution *c) {
  return tk_divide_up(9 * c->output.channels, TK_CHANNEL_MULTIPLE) * TK_CHANNEL_MULTIPLE;
}

static long few_results_scratch(const tk_convolution *c) {
  const long width = c->input.width;
  return sizeof(float)
         * (width * c->input.stride + 3 * (width + 2) * few_columns(c) + FOUR_LANES);
}

static void few_results_task(const tk_convolution *c, long task, void *scratch) {
  const tk_map *x = &c->input, *y = &c->output;
  const long slots = tk_divide_up(y->height, c->task_rows), columns = few_columns(c);
  const long picture = task / slots, top = task % slots * c->task_rows;
  const long bottom = top + c->task_rows < y->height ? top + c->task_rows : y->height;
  const long row_size = (x->width + 2) * columns, outputs = y->channels;
  float *line = scratch, *ring = line + x->width * x->stride;
  double *slot = task_moments(c, task);
  memset(ring, 0, sizeof(float) * (3 * row_size + FOUR_LANES));
  v4 bias = {0};
  memcpy(&bias, c->bias, sizeof(float) * outputs);
  const factor_rows rows = {(const float *const[]){line}, 1, x->channels, x->stride};
  long filled = top - 1;
  for (long row = top; row < bottom; row++) {
    for (; filled < row + 2; filled++) {
      float *to = ring + (filled + 3) % 3 * row_size;
      if (filled < 0 || filled >= x->height) {
        memset(to, 0, sizeof(float) * row_size);
        continue;
      }
      fill_row(c, picture, filled, 0, x->width, line);
      for (long channel = 0; channel < columns; channel += PANEL) {
        const block_target target = {to + columns + channel, columns, 0, 0};
        multiply_panel(
            &rows, x->width, panel_vectors(channel, columns), c->weights + channel * x->channels,
            0, &target);
      }
    }
    const long offset = (picture * y->height + row) * y->width * y->stride;
    float *to = y->data + offset;
    memset(to, 0, sizeof(float) * y->width * y->stride);
    for (long column = 0; column < y->width; column++) {
      v4 sum = bias;
      for (long ky = 0; ky < 3; ky++) {
        const float *p = ring + (row + ky + 2) % 3 * row_size + column * columns;
        for (long kx = 0; kx < 3; kx++)
          sum += *(const v4 *)(p + kx * columns + (3 * ky + kx) * outputs);
      }
      for (long o = 0; o < outputs; o++) {
        const float before = c->residual ? c->residual[offset + column * y->stride + o] : 0;
        to[column * y->stride + o] = c->residual ? before + c->gain * sum[o] : sum[o];
      }
    }
    if (slot) add_row_moments(slot, to, y->width, y->stride, row == top);
  }
}
