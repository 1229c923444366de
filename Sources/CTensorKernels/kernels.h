// Everything of one instruction set. The including file defines LANES, PANEL_VECTORS, BLOCK_ROWS,
// TABLE and its name, and sets the target.
#include "vector.h"

#include "product.h"
#include "rows.h"
#include "winograd.h"
#include "direct.h"
#include "attention.h"
#include "search.h"
#include "elementwise.h"
#include "peak.h"

static long convolution_tasks(const tk_convolution *c) {
  const long rows = tk_divide_up(c->output.height, c->task_rows);
  switch (c->method) {
    case TK_WINOGRAD_2:
    case TK_WINOGRAD_4:
    case TK_UPSAMPLED:
      if (c->transformed) {
        const long m = results_of(c->method);
        const long band = c->shared_tiles / tk_divide_up(c->output.width, m);
        return c->batch * tk_divide_up(tk_divide_up(c->output.height, m), band)
               * tk_divide_up(c->output.stride, c->task_panels * PANEL);
      }
      return c->batch * rows * tk_divide_up(c->output.width, c->task_columns);
    default: return c->batch * rows;
  }
}

static long convolution_scratch(const tk_convolution *c) {
  switch (c->method) {
    case TK_WINOGRAD_2:
    case TK_WINOGRAD_4:
    case TK_UPSAMPLED: return winograd_scratch(c);
    case TK_FEW_RESULTS: return few_results_scratch(c);
    default: return direct_scratch(c);
  }
}

static void convolve(const tk_convolution *c, long task, void *scratch) {
  switch (c->method) {
    case TK_WINOGRAD_2:
    case TK_WINOGRAD_4:
    case TK_UPSAMPLED:
      if (c->transformed)
        shared_task(c, task, scratch);
      else
        winograd_task(c, task, scratch);
      break;
    case TK_FEW_RESULTS: few_results_task(c, task, scratch); break;
    default: direct_task(c, task, scratch);
  }
}

const tk_kernels TABLE = {
    .name = TABLE_NAME,
    .panel = PANEL,
    .convolution_tasks = convolution_tasks,
    .convolution_scratch = convolution_scratch,
    .convolve = convolve,
    .transform = transform_task,
    .attention_packed_size = attention_packed_size,
    .attention_scratch = attention_scratch,
    .attention_pack = attention_pack,
    .attend = attend,
    .search_scratch = search_scratch,
    .search = search_task,
    .affine = affine,
    .add = add,
    .multiply = multiply,
    .pool_row = pool_row,
    .moments = moments,
    .saturate = saturate,
    .saturate_operations = SATURATE_OPERATIONS,
};
