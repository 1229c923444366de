// What needs no vectors of its own: packing, group norm factors, moving pixels.
#include "common.h"

long tk_transform_tasks(const tk_convolution *c) {
  return c->batch * tk_divide_up(c->output.height, c->task_rows);
}

long tk_transformed_size(const tk_convolution *c) {
  const long m = c->method == TK_WINOGRAD_2 ? 2 : 4;
  const long stored = c->method == TK_WINOGRAD_2 ? 16 : c->method == TK_WINOGRAD_4 ? 36 : 25;
  return stored * c->batch * tk_divide_up(c->output.height, m)
         * tk_divide_up(c->output.width, m) * tk_transformed_stride(c);
}

long tk_attention_pack_tasks(const tk_attention *a) { return tk_divide_up(a->pixels, 128); }

// Kernel planes of a method: how many numbers each pair of channels has.
static long planes(tk_method method, long kernel_height, long kernel_width) {
  switch (method) {
    case TK_WINOGRAD_2: return 16;
    case TK_WINOGRAD_4: return 36;
    case TK_UPSAMPLED: return 36;
    default: return kernel_height * kernel_width;
  }
}

static long columns(tk_method method, long outputs) {
  return tk_divide_up(method == TK_FEW_RESULTS ? 9 * outputs : outputs, TK_CHANNEL_MULTIPLE)
         * TK_CHANNEL_MULTIPLE;
}

long tk_packed_size(
    tk_method method, long panel, long outputs, long inputs, long kernel_height,
    long kernel_width) {
  (void)panel;
  if (method == TK_FEW_RESULTS) return columns(method, outputs) * inputs;
  return columns(method, outputs) * inputs * planes(method, kernel_height, kernel_width);
}

// Output channels of the widest panel.
#define WIDEST_PANEL 64

// How a line of three weights becomes the factors of a line of products, in double: the rounding of
// the weights happens once, at the end.
typedef struct {
  int products;
  double factors[6][3];
} weight_transform;

static weight_transform transform_of(tk_method method) {
  // Rows (1, p, p²) / Π(p - q) over the other finite points q, for p = 0, ±1/√2, ±√2; then ∞.
  const double r = 0.70710678118654752440, s = 1.41421356237309504880;
  const double a = -2.0 / 3, b = 1.0 / 6;
  switch (method) {
    case TK_WINOGRAD_2:
      return (weight_transform){4, {{1, 0, 0}, {.5, .5, .5}, {.5, -.5, .5}, {0, 0, 1}}};
    case TK_WINOGRAD_4:
      return (weight_transform){6,
                                {{1, 0, 0},
                                 {a, a * r, a * .5},
                                 {a, -a * r, a * .5},
                                 {b, b * s, b * 2},
                                 {b, -b * s, b * 2},
                                 {0, 0, 1}}};
    default:
      // Doubling: the three taps fall on two small pixels; two results of each parity need the
      // first, both and the second of them. The sign is that of the input they share.
      return (weight_transform){
          6, {{1, 0, 0}, {1, 1, 1}, {0, 1, 1}, {-1, -1, 0}, {1, 1, 1}, {0, 0, 1}}};
  }
}

// One input channel of one panel: `taps[tap][output]` to `to[position * step + output]`.
static void transform_taps(
    const weight_transform *t, double taps[9][WIDEST_PANEL], long width, float *to, long step) {
  for (int y = 0; y < t->products; y++) {
    double line[3][WIDEST_PANEL];
    for (int x = 0; x < 3; x++)
      for (long j = 0; j < width; j++)
        line[x][j] = t->factors[y][0] * taps[x][j] + t->factors[y][1] * taps[3 + x][j]
                     + t->factors[y][2] * taps[6 + x][j];
    for (int x = 0; x < t->products; x++) {
      const double f0 = t->factors[x][0], f1 = t->factors[x][1], f2 = t->factors[x][2];
      float *row = to + (y * t->products + x) * step;
      for (long j = 0; j < width; j++)
        row[j] = (float)(f0 * line[0][j] + f1 * line[1][j] + f2 * line[2][j]);
    }
  }
}

void tk_pack(
    float *packed, const float *weights, tk_method method, long panel, long outputs, long inputs,
    long kernel_height, long kernel_width, long first, long last) {
  const long kernel = kernel_height * kernel_width, all = columns(method, outputs);
  const long count = planes(method, kernel_height, kernel_width);
  const weight_transform transform = transform_of(method);
  for (long p = first; p < last; p++) {
    const long column = p * panel, width = all - column < panel ? all - column : panel;
    float *to = packed + column * count * inputs;
    for (long i = 0; i < inputs; i++) {
      if (method == TK_FEW_RESULTS) {
        for (long j = 0; j < width; j++) {
          const long tap = (column + j) / outputs, output = (column + j) % outputs;
          packed[column * inputs + i * width + j] =
              tap < 9 ? weights[(output * inputs + i) * 9 + tap] : 0;
        }
      } else if (method == TK_DIRECT) {
        for (long j = 0; j < width; j++)
          for (long tap = 0; tap < kernel; tap++)
            to[(tap * inputs + i) * width + j] =
                column + j < outputs ? weights[((column + j) * inputs + i) * kernel + tap] : 0;
      } else {
        double taps[9][WIDEST_PANEL];
        for (long j = 0; j < width; j++)
          for (long tap = 0; tap < 9; tap++)
            taps[tap][j] =
                column + j < outputs ? weights[((column + j) * inputs + i) * 9 + tap] : 0;
        transform_taps(&transform, taps, width, to + i * width, inputs * width);
      }
    }
  }
}

void tk_group_norm(
    const double *moments, long slots, long stride, long channels, long groups, double epsilon,
    const float *scale, const float *shift, float *factors, float *summands) {
  const long size = channels / groups;
  memset(factors, 0, sizeof(float) * stride);
  memset(summands, 0, sizeof(float) * stride);
  for (long group = 0; group < groups; group++) {
    // Chan, Golub and LeVeque's update, channel by channel and slot by slot.
    double count = 0, mean = 0, deviations = 0;
    for (long slot = 0; slot < slots; slot++) {
      const double *m = moments + slot * tk_moments_size(stride);
      const double n = m[3 * stride];
      for (long c = group * size; c < (group + 1) * size; c++) {
        const double average = m[stride + c] / n;
        const double squares = m[2 * stride + c] - m[stride + c] * average;
        const double difference = m[c] + average - mean;
        deviations += (squares > 0 ? squares : 0)
                      + difference * difference * (count * n / (count + n));
        mean += difference * (n / (count + n));
        count += n;
      }
    }
    const double factor = 1 / __builtin_sqrt(deviations / count + epsilon);
    for (long c = group * size; c < (group + 1) * size; c++) {
      factors[c] = (float)(scale[c] * factor);
      summands[c] = (float)(shift[c] - mean * factor * scale[c]);
    }
  }
}

void tk_copy_pixels(
    float *to, long to_stride, const float *from, long from_stride, long channels, long pixels) {
  for (long p = 0; p < pixels; p++, to += to_stride, from += from_stride) {
    memcpy(to, from, sizeof(float) * channels);
    memset(to + channels, 0, sizeof(float) * (to_stride - channels));
  }
}

void tk_resize_row(
    float *to, long to_width, const float *from, long from_width, long stride) {
  for (long x = 0; x < to_width; x++, to += stride)
    memcpy(to, from + x * from_width / to_width * stride, sizeof(float) * stride);
}

void tk_haar_row(
    float *above, float *below, long to_stride, long colours, const float *from, long from_stride,
    long width) {
  for (long x = 0; x < width; x++, from += from_stride) {
    float *a = above + 2 * x * to_stride, *b = below + 2 * x * to_stride;
    memset(a, 0, sizeof(float) * 2 * to_stride);
    memset(b, 0, sizeof(float) * 2 * to_stride);
    for (long c = 0; c < colours; c++) {
      const float ll = from[c], lh = from[colours + 3 * c], hl = from[colours + 3 * c + 1],
                  hh = from[colours + 3 * c + 2];
      a[c] = (ll + lh + hl + hh) / 2;
      a[to_stride + c] = (ll + lh - hl - hh) / 2;
      b[c] = (ll - lh + hl - hh) / 2;
      b[to_stride + c] = (ll - lh - hl + hh) / 2;
    }
  }
}
