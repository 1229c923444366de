// Winograd's minimal filtering (Lavin and Gray 2016): tiles of m x m results from (m+2) x (m+2)
// inputs, one product per position of the transformed tile instead of nine per result.
//
// F(4x4, 3x3) uses the points 0, ±1/√2, ±√2, ∞: as cheap as 0, ±1, ±2, ∞ and half the error.

#define ROOT_HALF 0.70710678118654752f
#define ROOT_TWO 1.41421356237309505f

// The transforms of one line; `from` and `to` advance by their steps.
INLINE void transform_input_line(const int m, const vf *d, int step, vf *o, int to) {
  if (m == 2) {
    o[0] = d[0] - d[2 * step];
    o[to] = d[step] + d[2 * step];
    o[2 * to] = d[2 * step] - d[step];
    o[3 * to] = d[step] - d[3 * step];
  } else {
    const vf d0 = d[0], d1 = d[step], d2 = d[2 * step], d3 = d[3 * step], d4 = d[4 * step],
             d5 = d[5 * step];
    o[0] = (d4 + d0) - splat(2.5f) * d2;
    o[5 * to] = (d5 + d1) - splat(2.5f) * d3;
    vf even = d4 - splat(2.f) * d2, odd = splat(ROOT_HALF) * (d3 - splat(2.f) * d1);
    o[to] = even + odd;
    o[2 * to] = even - odd;
    even = d4 - splat(.5f) * d2;
    odd = splat(ROOT_TWO) * (d3 - splat(.5f) * d1);
    o[3 * to] = even + odd;
    o[4 * to] = even - odd;
  }
}

INLINE void transform_output_line(const int m, const vf *p, int step, vf *o, int to) {
  if (m == 2) {
    const vf sum = p[step] + p[2 * step], difference = p[step] - p[2 * step];
    o[0] = p[0] + sum;
    o[to] = difference - p[3 * step];
  } else {
    const vf s1 = p[step] + p[2 * step], d1 = p[step] - p[2 * step];
    const vf s2 = p[3 * step] + p[4 * step], d2 = p[3 * step] - p[4 * step];
    const vf a = splat(ROOT_HALF) * d1, b = splat(ROOT_TWO) * d2;
    o[0] = p[0] + s1 + s2;
    o[to] = a + b;
    o[2 * to] = splat(.5f) * s1 + splat(2.f) * s2;
    o[3 * to] = (splat(.5f) * a + splat(2.f) * b) + p[5 * step];
  }
}

// Transforms `tiles` tiles that lie side by side. `rows` are the m+2 input rows of the first tile.
INLINE void transform_input(
    const int m, const float *const *rows, long stride, long tiles, float *to, long to_stride,
    long position_stride) {
  const int n = m + 2;
  for (long tile = 0; tile < tiles; tile++)
    for (long c = 0; c < stride; c += LANES) {
      vf d[36], t[36];
      const long offset = tile * m * stride + c;
      UNROLL for (int y = 0; y < n; y++)
        UNROLL for (int x = 0; x < n; x++) d[y * n + x] = load(rows[y] + offset + x * stride);
      UNROLL for (int x = 0; x < n; x++) transform_input_line(m, d + x, n, t + x, n);
      float *o = to + tile * to_stride + c;
      UNROLL for (int y = 0; y < n; y++) {
        vf line[6];
        transform_input_line(m, t + y * n, 1, line, 1);
        UNROLL for (int x = 0; x < n; x++) store(o + (y * n + x) * position_stride, line[x]);
      }
    }
}

// Where transformed products go: a rectangle of tiles of one picture.
typedef struct {
  float *to;              // first pixel of the first tile, first channel of the panel
  const float *residual;  // the same place, or null
  long pixel_stride, row_stride;
  long tile_rows, tile_columns;
  long rows, columns;  // pixels from the first one to the picture's end
  const float *bias;
  float gain;
  double *moments;  // slot at the panel's first channel, or null
  long moments_stride;
  int fresh;  // whether the slot has no pivots yet
} tile_target;

// products[position][tile][vectors * LANES], tiles row by row.
INLINE void transform_output(
    const int m, const int vectors, const float *products, long position_stride,
    const tile_target *t) {
  const int n = m + 2;
  vf bias[PANEL_VECTORS], pivot[PANEL_VECTORS], sum[PANEL_VECTORS], square[PANEL_VECTORS];
  UNROLL for (int j = 0; j < vectors; j++) {
    bias[j] = load(t->bias + j * LANES);
    sum[j] = square[j] = splat(0.f);
    pivot[j] = t->moments && !t->fresh ? load_pivot(t->moments + j * LANES) : splat(0.f);
  }
  int fresh = t->moments && t->fresh;
  for (long ty = 0; ty < t->tile_rows; ty++)
    for (long tx = 0; tx < t->tile_columns; tx++) {
      const long tile = ty * t->tile_columns + tx;
      const long height = t->rows - ty * m < m ? t->rows - ty * m : m;
      const long width = t->columns - tx * m < m ? t->columns - tx * m : m;
      const long offset = ty * m * t->row_stride + tx * m * t->pixel_stride;
      UNROLL for (int j = 0; j < vectors; j++) {
        const float *p = products + tile * vectors * LANES + j * LANES;
        vf d[36], l[24];
        UNROLL for (int q = 0; q < n * n; q++) d[q] = load(p + q * position_stride);
        UNROLL for (int x = 0; x < n; x++) transform_output_line(m, d + x, n, l + x, n);
        UNROLL for (int y = 0; y < m; y++) {
          vf line[4];
          transform_output_line(m, l + y * n, 1, line, 1);
          if (y < height)
            UNROLL for (int x = 0; x < m; x++)
              if (x < width) {
                vf v = line[x] + bias[j];
                const long at = offset + y * t->row_stride + x * t->pixel_stride + j * LANES;
                if (t->residual) v = load(t->residual + at) + splat(t->gain) * v;
                store(t->to + at, v);
                if (t->moments) {
                  if (fresh && y == 0 && x == 0) pivot[j] = v;
                  v -= pivot[j];
                  sum[j] += v;
                  square[j] += v * v;
                }
              }
        }
      }
      fresh = 0;
    }
  if (t->moments)
    UNROLL for (int j = 0; j < vectors; j++) {
      double *slot = t->moments + j * LANES;
      if (t->fresh) {
        store_pivot(slot, pivot[j]);
        *(vd *)(slot + t->moments_stride) = (vd){0};
        *(vd *)(slot + 2 * t->moments_stride) = (vd){0};
      }
      add_moments(slot, t->moments_stride, sum[j], square[j]);
    }
}

static void transform_input_2(
    const float *const *rows, long stride, long tiles, float *to, long to_stride, long positions) {
  transform_input(2, rows, stride, tiles, to, to_stride, positions);
}
static void transform_input_4(
    const float *const *rows, long stride, long tiles, float *to, long to_stride, long positions) {
  transform_input(4, rows, stride, tiles, to, to_stride, positions);
}
static void transform_output_2(
    int vectors, const float *products, long position_stride, const tile_target *t) {
  if (vectors == PANEL_VECTORS)
    transform_output(2, PANEL_VECTORS, products, position_stride, t);
  else
    transform_output(2, 1, products, position_stride, t);
}
static void transform_output_4(
    int vectors, const float *products, long position_stride, const tile_target *t) {
  if (vectors == PANEL_VECTORS)
    transform_output(4, PANEL_VECTORS, products, position_stride, t);
  else
    transform_output(4, 1, products, position_stride, t);
}

// One chunk of transformed tiles times the weights of channels `first..<last`, into the target.
// `transformed[position][tile][input channel]`.
static void multiply_tiles(
    const tk_convolution *c, const float *transformed, long tile_stride, long position_stride,
    long first, long last, float *products, const tile_target *target) {
  const int m = c->method == TK_WINOGRAD_4 ? 4 : 2, positions = (m + 2) * (m + 2);
  const long tiles = target->tile_rows * target->tile_columns, depth = c->input.channels;
  for (long channel = first; channel < last; channel += PANEL) {
    const int vectors = panel_vectors(channel, c->output.stride);
    const float *weights = c->weights + channel * positions * depth;
    for (int p = 0; p < positions; p++) {
      const float *run = transformed + p * position_stride;
      const factor_rows rows = {&run, 1, depth, tile_stride};
      const block_target block = {products + p * tiles * vectors * LANES, vectors * LANES, 0, 0};
      multiply_panel(&rows, tiles, vectors, weights + p * depth * vectors * LANES, 0, &block);
    }
    tile_target t = *target;
    t.to += channel;
    t.bias += channel;
    if (t.residual) t.residual += channel;
    if (t.moments) t.moments += channel;
    if (m == 2)
      transform_output_2(vectors, products, tiles * vectors * LANES, &t);
    else
      transform_output_4(vectors, products, tiles * vectors * LANES, &t);
  }
}

static long winograd_scratch(const tk_convolution *c) {
  const long m = c->method == TK_WINOGRAD_4 ? 4 : 2, positions = (m + 2) * (m + 2);
  const long strip = (c->task_rows + 2) * (c->task_columns + 2) * c->input.stride;
  if (c->transformed) {
    const long products = positions * c->shared_tiles * PANEL;
    return sizeof(float) * (strip > products ? strip : products);
  }
  return sizeof(float)
         * (strip + positions * c->chunk_tiles * (tk_transformed_stride(c) + PANEL));
}

// A rectangle of the output: strips of tiles whose transformed input stays in the cache.
static void winograd_task(const tk_convolution *c, long task, void *scratch) {
  const long m = c->method == TK_WINOGRAD_4 ? 4 : 2, n = m + 2;
  const tk_map *y = &c->output;
  const long across = tk_divide_up(y->width, c->task_columns);
  const long slots = across * tk_divide_up(y->height, c->task_rows);
  const long picture = task / slots, slot = task % slots;
  const long top = slot / across * c->task_rows, left = slot % across * c->task_columns;
  const long rows = y->height - top < c->task_rows ? y->height - top : c->task_rows;
  const long columns = y->width - left < c->task_columns ? y->width - left : c->task_columns;
  const long tile_rows = tk_divide_up(rows, m), tile_columns = tk_divide_up(columns, m);
  const long stride = c->input.stride, tile_stride = tk_transformed_stride(c);

  // How a strip is cut: as many columns as a chunk holds, evenly, or several rows at once.
  const long pieces = tk_divide_up(tile_columns, c->chunk_tiles);
  const long chunk_columns = tk_divide_up(tile_columns, pieces);
  long chunk_rows = c->chunk_tiles / chunk_columns;
  if (pieces > 1) chunk_rows = 1;
  if (chunk_rows > tile_rows) chunk_rows = tile_rows;

  const long ring = chunk_rows * m + 2, row_size = (tile_columns * m + 2) * stride;
  float *strip = scratch;
  float *transformed = strip + ring * row_size;
  float *products = transformed + n * n * c->chunk_tiles * tile_stride;
  double *slot_moments =
      c->moments ? c->moments + (picture * slots + slot) * tk_moments_size(y->stride) : 0;
  if (slot_moments) slot_moments[3 * y->stride] = rows * columns;

  long filled = 0;  // rows of the strip that are filled, counted from row top - 1
  for (long tile_row = 0; tile_row < tile_rows; tile_row += chunk_rows) {
    const long height = tile_rows - tile_row < chunk_rows ? tile_rows - tile_row : chunk_rows;
    for (; filled < (tile_row + height) * m + 2; filled++)
      fill_row(
          c, picture, top - 1 + filled, left - 1, left + tile_columns * m + 1,
          strip + filled % ring * row_size);
    for (long column = 0; column < tile_columns; column += chunk_columns) {
      const long width =
          tile_columns - column < chunk_columns ? tile_columns - column : chunk_columns;
      const long position_stride = height * width * tile_stride;
      for (long ty = 0; ty < height; ty++) {
        const float *lines[6];
        for (long i = 0; i < n; i++)
          lines[i] =
              strip + ((tile_row + ty) * m + i) % ring * row_size + column * m * stride;
        float *to = transformed + ty * width * tile_stride;
        if (m == 2)
          transform_input_2(lines, stride, width, to, tile_stride, position_stride);
        else
          transform_input_4(lines, stride, width, to, tile_stride, position_stride);
      }
      const long pixel =
          (picture * y->height + top + tile_row * m) * y->width + left + column * m;
      const tile_target target = {
          .to = y->data + pixel * y->stride,
          .residual = c->residual ? c->residual + pixel * y->stride : 0,
          .pixel_stride = y->stride,
          .row_stride = y->width * y->stride,
          .tile_rows = height,
          .tile_columns = width,
          .rows = rows - tile_row * m,
          .columns = columns - column * m,
          .bias = c->bias,
          .gain = c->gain,
          .moments = slot_moments,
          .moments_stride = y->stride,
          .fresh = tile_row == 0 && column == 0,
      };
      multiply_tiles(
          c, transformed, tile_stride, position_stride, 0, y->stride, products, &target);
    }
  }
}

// Small maps with long sums: the weights outweigh the map, so each is read once. First pass.
static void transform_task(const tk_convolution *c, long task, void *scratch) {
  const long m = c->method == TK_WINOGRAD_4 ? 4 : 2, n = m + 2;
  const tk_map *y = &c->output;
  const long slots = tk_divide_up(y->height, c->task_rows);
  const long picture = task / slots, top = task % slots * c->task_rows;
  const long rows = y->height - top < c->task_rows ? y->height - top : c->task_rows;
  const long tile_rows = tk_divide_up(rows, m), tile_columns = tk_divide_up(y->width, m);
  const long stride = c->input.stride, tile_stride = tk_transformed_stride(c);
  const long row_size = (tile_columns * m + 2) * stride;
  float *strip = scratch;
  for (long row = 0; row < tile_rows * m + 2; row++)
    fill_row(
        c, picture, top - 1 + row, -1, tile_columns * m + 1, strip + row * row_size);
  const long all = c->batch * tk_divide_up(y->height, m) * tile_columns;
  const long first = (picture * tk_divide_up(y->height, m) + top / m) * tile_columns;
  for (long ty = 0; ty < tile_rows; ty++) {
    const float *lines[6];
    for (long i = 0; i < n; i++) lines[i] = strip + (ty * m + i) * row_size;
    float *to = c->transformed + (first + ty * tile_columns) * tile_stride;
    if (m == 2)
      transform_input_2(lines, stride, tile_columns, to, tile_stride, all * tile_stride);
    else
      transform_input_4(lines, stride, tile_columns, to, tile_stride, all * tile_stride);
  }
}

// Second pass: some output channels of some tile rows of one picture.
static void shared_task(const tk_convolution *c, long task, void *scratch) {
  const long m = c->method == TK_WINOGRAD_4 ? 4 : 2;
  const tk_map *y = &c->output;
  const long groups = tk_divide_up(y->stride, c->task_panels * PANEL);
  const long tile_columns = tk_divide_up(y->width, m), all_rows = tk_divide_up(y->height, m);
  const long band = c->shared_tiles / tile_columns;  // tile rows of one task
  const long slots = tk_divide_up(all_rows, band);
  const long picture = task / (groups * slots), slot = task / groups % slots;
  const long group = task % groups;
  const long tile_row = slot * band;
  const long height = all_rows - tile_row < band ? all_rows - tile_row : band;
  const long first = group * c->task_panels * PANEL;
  const long last =
      first + c->task_panels * PANEL < y->stride ? first + c->task_panels * PANEL : y->stride;
  const long pixel = (picture * y->height + tile_row * m) * y->width;
  double *slot_moments =
      c->moments ? c->moments + (picture * slots + slot) * tk_moments_size(y->stride) : 0;
  const long rows = y->height - tile_row * m;
  if (slot_moments && group == 0)
    slot_moments[3 * y->stride] = (rows < height * m ? rows : height * m) * y->width;
  const tile_target target = {
      .to = y->data + pixel * y->stride,
      .residual = c->residual ? c->residual + pixel * y->stride : 0,
      .pixel_stride = y->stride,
      .row_stride = y->width * y->stride,
      .tile_rows = height,
      .tile_columns = tile_columns,
      .rows = rows,
      .columns = y->width,
      .bias = c->bias,
      .gain = c->gain,
      .moments = slot_moments,
      .moments_stride = y->stride,
      .fresh = 1,
  };
  const long tile_stride = tk_transformed_stride(c);
  multiply_tiles(
      c, c->transformed + (picture * all_rows + tile_row) * tile_columns * tile_stride,
      tile_stride, c->batch * all_rows * tile_columns * tile_stride, first, last, scratch,
      &target);
}
