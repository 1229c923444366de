// Kernels of the fast engine: the same source compiled once per instruction set, and a table of
// functions for each. Swift plans, allocates and threads; these functions compute.
//
// Activations are NHWC, fp32. The floats of one pixel are `stride` apart; where a map lives in the
// arena, the stride is the channels rounded up to TK_CHANNEL_MULTIPLE and the floats behind the
// last channel are 0, so that no kernel needs a tail.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Arena maps round their channels up to this many floats.
#define TK_CHANNEL_MULTIPLE 16

/// A batch of feature maps in memory; pictures lie behind one another.
typedef struct {
  float *_Nullable data;
  long height, width, channels;
  /// Floats from one pixel to the next, at least `channels`.
  long stride;
} tk_map;

/// What happens to each number of a convolution's input while it is read.
typedef enum { TK_IDENTITY = 0, TK_SWISH = 1, TK_RELU = 2 } tk_activation;

/// How a convolution is computed.
typedef enum {
  /// Products over the kernel's taps; any kernel, stride and padding.
  TK_DIRECT = 0,
  /// Winograd F(2x2, 3x3): 16 products for 4 results, nothing but additions around them.
  TK_WINOGRAD_2 = 1,
  /// Winograd F(4x4, 3x3) at 0, ±1/√2, ±√2, ∞: 36 products for 16 results.
  TK_WINOGRAD_4 = 2,
  /// Doubled nearest neighbours followed by 3x3: four interleaved F(2x2, 2x2) over the small map.
  TK_UPSAMPLED = 3,
  /// 3x3 with very few results: one product per pixel for all taps, then shifted sums.
  TK_FEW_RESULTS = 4,
  /// As TK_DIRECT, by a matrix product of OpenBLAS over the gathered taps. Weights are packed as for
  /// TK_DIRECT in one panel as wide as the output's stride.
  TK_MATRIX = 5,
} tk_method;

/// A convolution with everything that is fused into it, for one batch size.
///
/// The result is `residual + gain * (bias + convolution(activation(scale * input + shift)))`.
typedef struct {
  tk_method method;
  long batch;
  tk_map input, output;
  long kernel_height, kernel_width, stride;
  long padding_top, padding_left;
  /// Packed by tk_pack for `method` and the instruction set's panel.
  const float *_Nonnull weights;
  /// As many floats as the output's stride, the last ones 0.
  const float *_Nonnull bias;
  /// Per picture `input.stride` factors and summands, or null: none.
  const float *_Nullable scale;
  const float *_Nullable shift;
  tk_activation activation;
  /// Shape of the output, or null. May be the output itself.
  const float *_Nullable residual;
  float gain;
  /// Moments of the output for a following group norm, or null; see tk_moments_size.
  double *_Nullable moments;
  /// Output rows and columns of one task (Winograd: multiples of the tile size).
  long task_rows, task_columns;
  /// Winograd: how many tiles are transformed before they are multiplied.
  long chunk_tiles;
  /// Winograd over a shared transform (small maps, long sums): all tiles are transformed first, in
  /// `transformed`, then each task multiplies some output channels.
  float *_Nullable transformed;
  long shared_tiles, task_panels;
} tk_convolution;

/// Attention of one picture after another: results over queries, keys and values.
typedef struct {
  long batch, pixels, channels, stride;
  const float *_Nonnull queries;
  const float *_Nonnull keys;
  const float *_Nonnull values;
  float *_Nonnull results;
  /// Two times `tk_kernels.attention_packed_size` floats.
  float *_Nonnull packed;
  long task_rows;
  /// Whether OpenBLAS multiplies; then nothing needs to be packed.
  int uses_blas;
} tk_attention;

/// Best token per latent over a packed matrix; see TokenSearch.
typedef struct {
  long count, dimension, stride, size;
  const float *_Nonnull latents;
  /// Packed like a 1x1 convolution's weights.
  const float *_Nonnull weights;
  /// Added to each product; -infinity behind the last token.
  const float *_Nonnull bias;
  int32_t *_Nonnull tokens;
  /// Best minus second best score, or null.
  float *_Nullable gaps;
  long task_rows;
} tk_search;

/// The functions of one instruction set.
typedef struct {
  const char *_Nonnull name;
  /// Output channels that lie together in packed weights.
  long panel;

  long (*_Nonnull convolution_tasks)(const tk_convolution *_Nonnull);
  /// Bytes of scratch that one thread needs.
  long (*_Nonnull convolution_scratch)(const tk_convolution *_Nonnull);
  void (*_Nonnull convolve)(
      const tk_convolution *_Nonnull, long task, void *_Nonnull scratch);
  /// The first pass of a shared transform; as many tasks as tk_transform_tasks says.
  void (*_Nonnull transform)(
      const tk_convolution *_Nonnull, long task, void *_Nonnull scratch);

  long (*_Nonnull attention_packed_size)(const tk_attention *_Nonnull);
  long (*_Nonnull attention_scratch)(const tk_attention *_Nonnull);
  /// Lays out keys and values of one picture for products; tasks 0..<tk_attention_pack_tasks.
  void (*_Nonnull attention_pack)(const tk_attention *_Nonnull, long picture, long task);
  void (*_Nonnull attend)(
      const tk_attention *_Nonnull, long picture, long task, void *_Nonnull scratch);

  long (*_Nonnull search_scratch)(const tk_search *_Nonnull);
  void (*_Nonnull search)(const tk_search *_Nonnull, long task, void *_Nonnull scratch);

  /// `to = activation(scale * from + shift)`, scale and shift of `stride` floats or null.
  void (*_Nonnull affine)(
      float *_Nonnull to, const float *_Nonnull from, long pixels, long stride,
      const float *_Nullable scale, const float *_Nullable shift, tk_activation activation);
  /// `to = a + gain * b` over `count` floats, a multiple of TK_CHANNEL_MULTIPLE.
  void (*_Nonnull add)(
      float *_Nonnull to, const float *_Nonnull a, const float *_Nonnull b, float gain, long count);
  void (*_Nonnull multiply)(
      float *_Nonnull to, const float *_Nonnull a, const float *_Nonnull b, long count);
  /// Combines 2x2 squares of one output row.
  void (*_Nonnull pool_row)(
      float *_Nonnull to, const float *_Nonnull above, const float *_Nonnull below, long pixels,
      long stride, int largest);
  /// Moments of some pixels into one slot.
  void (*_Nonnull moments)(
      double *_Nonnull slot, const float *_Nonnull from, long pixels, long stride);

  /// `rounds` rounds of `saturate_operations` operations in registers, to measure the peak.
  float (*_Nonnull saturate)(long rounds);
  long saturate_operations;
} tk_kernels;

/// The table of an instruction set (`sse2`, `avx2`, `avx512`, `neon`), or null when this program or
/// this processor does not have it. Null asks for the best.
const tk_kernels *_Nullable tk_kernels_named(const char *_Nullable name);

/// Floats of packed weights.
long tk_packed_size(
    tk_method method, long panel, long outputs, long inputs, long kernel_height, long kernel_width);
/// Packs weights `[outputs][inputs][kernel_height][kernel_width]` for panels `first..<last`.
void tk_pack(
    float *_Nonnull packed, const float *_Nonnull weights, tk_method method, long panel,
    long outputs, long inputs, long kernel_height, long kernel_width, long first, long last);

/// Tasks of the first pass of a shared transform.
long tk_transform_tasks(const tk_convolution *_Nonnull convolution);
/// Floats of `tk_convolution.transformed`.
long tk_transformed_size(const tk_convolution *_Nonnull convolution);
/// Tasks of tk_kernels.attention_pack per picture.
long tk_attention_pack_tasks(const tk_attention *_Nonnull attention);

/// Doubles of one slot of moments: pivots, sums and sums of squares about the pivot of `stride`
/// channels, and the count of pixels. Slots exist per picture and task.
static inline long tk_moments_size(long stride) { return 3 * stride + 1; }
/// Turns the moments of one picture into factors and summands of its group norm.
void tk_group_norm(
    const double *_Nonnull moments, long slots, long stride, long channels, long groups,
    double epsilon, const float *_Nonnull scale, const float *_Nonnull shift,
    float *_Nonnull factors, float *_Nonnull summands);

/// Loads OpenBLAS if it is installed, once; returns whether its matrix product can be called.
///
/// It is loaded only when asked for: the library starts threads when it is loaded. Where nobody else
/// in the process has it, it is told to compute on the calling thread; where the host has loaded it,
/// the host's setting stands.
int tk_blas_load(void);

/// The instruction set that the environment variable TESSERA_ISA asks for, or null.
const char *_Nullable tk_forced_name(void);

/// Zeroed memory at a page boundary, in large pages where the system has them; null when there is
/// none. tk_free returns it.
void *_Nullable tk_allocate(size_t size);
void tk_free(void *_Nullable memory);

/// Tells the processor that this thread spins.
static inline void tk_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Copies pixels between maps of different stride; floats behind the channels become 0.
void tk_copy_pixels(
    float *_Nonnull to, long to_stride, const float *_Nonnull from, long from_stride, long channels,
    long pixels);
/// One row of nearest resizing.
void tk_resize_row(
    float *_Nonnull to, long to_width, const float *_Nonnull from, long from_width, long stride);
/// Two output rows of Haar synthesis from one row of bands.
void tk_haar_row(
    float *_Nonnull above, float *_Nonnull below, long to_stride, long colours,
    const float *_Nonnull from, long from_stride, long width);
