// Winograd's minimal filtering (Lavin and Gray 2016): tiles of results from overlapping tiles of
// inputs, one product per position of the transformed tile instead of nine per result.
//
// - F(2x2, 3x3): 16 products for 4 results, nothing but additions around them.
// - F(4x4, 3x3) at the points 0, ±1/√2, ±√2, ∞: 36 products for 16 results; as cheap as the usual
//   0, ±1, ±2, ∞ and half the error.
// - Doubled nearest neighbours, then 3x3: each of the four results of a small pixel sees 2x2 small
//   pixels through a kernel of sums of weights. Four interleaved F(2x2, 2x2) with additions only:
//   36 products for the 16 results of 2x2 small pixels, out of 25 transformed inputs.

#define ROOT_HALF 0.70710678118654752f
#define ROOT_TWO 1.41421356237309505f

// The numbers of a method, per side of a tile.
INLINE int results_of(tk_method method) { return method == TK_WINOGRAD_2 ? 2 : 4; }
INLINE int step_of(tk_method method) { return method == TK_WINOGRAD_4 ? 4 : 2; }
INLINE int reach_of(tk_method method) { return step_of(method) + 2; }
INLINE int stored_of(tk_method method) {
  return method == TK_WINOGRAD_2 ? 4 : method == TK_WINOGRAD_4 ? 6 : 5;
}
INLINE int products_of(tk_method method) { return method == TK_WINOGRAD_2 ? 4 : 6; }

// Which transformed input a product multiplies. When doubling, the second parity begins with the
// negative of what the first one ends with; its weights carry the sign.
INLINE int source_of(tk_method method, int product) {
  static const int doubled[6] = {0, 1, 2, 2, 3, 4};
  if (method != TK_UPSAMPLED) return product;
  return doubled[product / 6] * 5 + doubled[product % 6];
}

// The transforms of one line; `from` and `to` advance by their steps.
INLINE void transform_input_line(const tk_method method, const vf *d, int step, vf *o, int to) {
  if (method == TK_WINOGRAD_2) {
    o[0] = d[0] - d[2 * step];
    o[to] = d[step] + d[2 * step];
    o[2 * to] = d[2 * step] - d[step];
    o[3 * to] = d[step] - d[3 * step];
  } else if (method == TK_UPSAMPLED) {
    o[0] = d[0] - d[step];
    o[to] = d[step];
    o[2 * to] = d[2 * step] - d[step];
    o[3 * to] = d[2 * step];
    o[4 * to] = d[3 * step] - d[2 * step];
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

INLINE void transform_output_line(const tk_method method, const vf *p, int step, vf *o, int to) {
  if (method == TK_WINOGRAD_2) {
    const vf sum = p[step] + p[2 * step], difference = p[step] - p[2 * step];
    o[0] = p[0] + sum;
    o[to] = difference - p[3 * step];
  } else if (method == TK_UPSAMPLED) {
    o[0] = p[0] + p[step];
    o[to] = p[3 * step] + p[4 * step];
    o[2 * to] = p[step] + p[2 * step];
    o[3 * to] = p[4 * step] + p[5 * step];
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

// Transforms `tiles` tiles that lie side by side. `rows` are the input rows of the first tile.
INLINE void transform_input(
    const tk_method method, const float *const *rows, long stride, long tiles, float *to,
    long to_stride, long position_stride) {
  const int step = step_of(method), n = reach_of(method), side = stored_of(method);
  for (long tile = 0; tile < tiles; tile++)
    for (long c = 0; c < stride; c += LANES) {
      vf d[36], t[36];
      const long offset = tile * step * stride + c;
      UNROLL for (int y = 0; y < n; y++)
        UNROLL for (int x = 0; x < n; x++) d[y * n + x] = load(rows[y] + offset + x * stride);
      UNROLL for (int x = 0; x < n; x++) transform_input_line(method, d + x, n, t + x, n);
      float *o = to + tile * to_stride + c;
      UNROLL for (int y = 0; y < side; y++) {
        vf line[6];
        transform_input_line(method, t + y * n, 1, line, 1);
        UNROLL for (int x = 0; x < side; x++) store(o + (y * side + x) * position_stride, line[x]);
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
    const tk_method method, const int vectors, const float *products, long position_stride,
    const tile_target *t) {
  const int m = results_of(method), n = products_of(method);
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
        UNROLL for (int x = 0; x < n; x++) transform_output_line(method, d + x, n, l + x, n);
        UNROLL for (int y = 0; y < m; y++) {
          vf line[4];
          transform_output_line(method, l + y * n, 1, line, 1);
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

// The transforms with their loops unrolled for each method and panel width.
static void transform_input_tiles(
    tk_method method, const float *const *rows, long stride, long tiles, float *to, long to_stride,
    long positions) {
  if (method == TK_WINOGRAD_2)
    transform_input(TK_WINOGRAD_2, rows, stride, tiles, to, to_stride, positions);
  else if (method == TK_WINOGRAD_4)
    transform_input(TK_WINOGRAD_4, rows, stride, tiles, to, to_stride, positions);
  else
    transform_input(TK_UPSAMPLED, rows, stride, tiles, to, to_stride, positions);
}

static void transform_output_tiles(
    tk_method method, int vectors, const float *products, long positions, const tile_target *t) {
#define EACH_WIDTH(method)                                             \
  if (vectors == PANEL_VECTORS)                                        \
    transform_output(method, PANEL_VECTORS, products, positions, t);   \
  else                                                                 \
    transform_output(method, 1, products, positions, t);
  if (method == TK_WINOGRAD_2) {
    EACH_WIDTH(TK_WINOGRAD_2)
  } else if (method == TK_WINOGRAD_4) {
    EACH_WIDTH(TK_WINOGRAD_4)
  } else {
    EACH_WIDTH(TK_UPSAMPLED)
  }
}

// Asks for a share of the pixels that a panel of results will be written to and added to: their
// memory arrives while the products are computed.
INLINE void prefetch_target(
    const tile_target *t, const int m, int vectors, long channel, int part, int parts) {
  const long height = t->rows < t->tile_rows * m ? t->rows : t->tile_rows * m;
  const long width = t->columns < t->tile_columns * m ? t->columns : t->tile_columns * m;
  const long first = height * width * part / parts, last = height * width * (part + 1) / parts;
  long y = first / width, x = first % width;
  for (long pixel = first; pixel < last; pixel++) {
    const long at = y * t->row_stride + x * t->pixel_stride + channel;
    for (int line = 0; line < vectors * LANES; line += 16) {
      __builtin_prefetch(t->to + at + line, 1, 2);
      if (t->residual) __builtin_prefetch(t->residual + at + line, 0, 2);
    }
    if (++x == width) {
      x = 0;
      y++;
    }
  }
}

// One chunk of transformed tiles times the weights of channels `first..<last`, into the target.
// `transformed[position][tile][input channel]`. `group` panels are multiplied at every position
// before the next one, so that the tiles of a position are read once for all of them.
static void multiply_tiles(
    const tk_convolution *c, const float *transformed, long tile_stride, long position_stride,
    long first, long last, long group, float *products, const tile_target *target) {
  const int m = results_of(c->method), positions = products_of(c->method) * products_of(c->method);
  const long tiles = target->tile_rows * target->tile_columns, depth = c->input.channels;
  for (long start = first; start < last; start += group * PANEL) {
    const long end = start + group * PANEL < last ? start + group * PANEL : last;
    for (int p = 0; p < positions; p++) {
      const float *run = transformed + source_of(c->method, p) * position_stride;
      const factor_rows rows = {&run, 1, depth, tile_stride};
      for (long channel = start; channel < end; channel += PANEL) {
        const int vectors = panel_vectors(channel, c->output.stride);
        prefetch_target(target, m, vectors, channel, p, positions);
        const block_target block = {
            products + (channel - start) * positions * tiles + p * tiles * vectors * LANES,
            vectors * LANES, 0, 0};
        const float *weights = c->weights + channel * positions * depth;
        multiply_panel(&rows, tiles, vectors, weights + p * depth * vectors * LANES, 0, &block);
      }
    }
    for (long channel = start; channel < end; channel += PANEL) {
      const int vectors = panel_vectors(channel, c->output.stride);
      tile_target t = *target;
      t.to += channel;
      t.bias += channel;
      if (t.residual) t.residual += channel;
      if (t.moments) t.moments += channel;
      const float *from = products + (channel - start) * positions * tiles;
      transform_output_tiles(c->method, vectors, from, tiles * vectors * LANES, &t);
    }
  }
}

static long winograd_scratch(const tk_convolution *c) {
  const long products = products_of(c->method) * products_of(c->method);
  const long stored = stored_of(c->method) * stored_of(c->method);
  const long strip = (c->task_rows + 2) * (c->task_columns + 2) * c->input.stride;
  if (c->transformed) {
    const long shared = products * c->shared_tiles * PANEL * c->task_panels;
    return sizeof(float) * (strip > shared ? strip : shared);
  }
  return sizeof(float)
         * (strip + c->chunk_tiles * (stored * tk_transformed_stride(c) + products * PANEL));
}

// A rectangle of the output: strips of tiles whose transformed input stays in the cache.
static void winograd_task(const tk_convolution *c, long task, void *scratch) {
  const tk_method method = c->method;
  const long m = results_of(method), step = step_of(method), reach = reach_of(method);
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

  const long ring = chunk_rows * step + 2, row_size = (tile_columns * step + 2) * stride;
  const long input_top = top / m * step - 1, input_left = left / m * step - 1;
  float *strip = scratch;
  float *transformed = strip + ring * row_size;
  float *products =
      transformed + stored_of(method) * stored_of(method) * c->chunk_tiles * tile_stride;
  double *slot_moments =
      c->moments ? c->moments + (picture * slots + slot) * tk_moments_size(y->stride) : 0;
  if (slot_moments) slot_moments[3 * y->stride] = rows * columns;

  long filled = 0;  // rows of the strip that are filled so far
  for (long tile_row = 0; tile_row < tile_rows; tile_row += chunk_rows) {
    const long height = tile_rows - tile_row < chunk_rows ? tile_rows - tile_row : chunk_rows;
    for (; filled < (tile_row + height) * step + 2; filled++)
      fill_row(
          c, picture, input_top + filled, input_left, input_left + tile_columns * step + 2,
          strip + filled % ring * row_size);
    for (long column = 0; column < tile_columns; column += chunk_columns) {
      const long width =
          tile_columns - column < chunk_columns ? tile_columns - column : chunk_columns;
      const long position_stride = height * width * tile_stride;
      for (long ty = 0; ty < height; ty++) {
        const float *lines[6];
        for (long i = 0; i < reach; i++)
          lines[i] =
              strip + ((tile_row + ty) * step + i) % ring * row_size + column * step * stride;
        transform_input_tiles(
            method, lines, stride, width, transformed + ty * width * tile_stride, tile_stride,
            position_stride);
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
          c, transformed, tile_stride, position_stride, 0, y->stride, 1, products, &target);
    }
  }
}

// Small maps with long sums: the weights outweigh the map, so each is read once. First pass.
static void transform_task(const tk_convolution *c, long task, void *scratch) {
  const tk_method method = c->method;
  const long m = results_of(method), step = step_of(method), reach = reach_of(method);
  const tk_map *y = &c->output;
  const long slots = tk_divide_up(y->height, c->task_rows);
  const long picture = task / slots, top = task % slots * c->task_rows;
  const long rows = y->height - top < c->task_rows ? y->height - top : c->task_rows;
  const long tile_rows = tk_divide_up(rows, m), tile_columns = tk_divide_up(y->width, m);
  const long stride = c->input.stride, tile_stride = tk_transformed_stride(c);
  const long row_size = (tile_columns * step + 2) * stride;
  float *strip = scratch;
  for (long row = 0; row < tile_rows * step + 2; row++)
    fill_row(
        c, picture, top / m * step - 1 + row, -1, tile_columns * step + 1, strip + row * row_size);
  const long all = c->batch * tk_divide_up(y->height, m) * tile_columns;
  const long first = (picture * tk_divide_up(y->height, m) + top / m) * tile_columns;
  for (long ty = 0; ty < tile_rows; ty++) {
    const float *lines[6];
    for (long i = 0; i < reach; i++) lines[i] = strip + (ty * step + i) * row_size;
    transform_input_tiles(
        method, lines, stride, tile_columns,
        c->transformed + (first + ty * tile_columns) * tile_stride, tile_stride,
        all * tile_stride);
  }
}

// Second pass: some output channels of some tile rows of one picture.
static void shared_task(const tk_convolution *c, long task, void *scratch) {
  const long m = results_of(c->method);
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
      tile_stride, c->batch * all_rows * tile_columns * tile_stride, first, last, c->task_panels,
      scratch, &target);
}
