// The best column of a product without the product: every lane keeps its best score so far.

static long search_scratch(const tk_search *s) {
  return s->task_rows * PANEL * (3 * sizeof(float));
}

typedef struct {
  float *best, *second;
  int32_t *token;
} lane_scores;  // [row][PANEL]

// Scores of one block against one panel, merged into the lanes.
INLINE void search_block(
    const int rows, const int vectors, const factor_rows *a, long first, const float *weights,
    const float *bias, int32_t panel, const lane_scores *lanes, int gaps) {
  vf sums[BLOCK_ROWS][PANEL_VECTORS];
  multiply_block(rows, vectors, *a, first, weights, bias, sums);
  const vi number = panel - (vi){0};
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vectors; j++) {
      const long at = (first + i) * PANEL + j * LANES;
      const vf score = sums[i][j], best = load(lanes->best + at);
      vi *token = (vi *)(lanes->token + at);
      const vi better = score > best;  // strictly: the earlier token wins a tie
      if (gaps) {
        const vf loser = __builtin_elementwise_min(score, best);
        store(lanes->second + at, __builtin_elementwise_max(load(lanes->second + at), loser));
      }
      store(lanes->best + at, __builtin_elementwise_max(score, best));
      *token = (better & number) | (~better & *token);
    }
}

#define SEARCH_ROWS(n)                                                                       \
  static __attribute__((noinline)) void search_##n(                                          \
      const factor_rows *a, long first, const float *w, const float *bias, int32_t panel,    \
      const lane_scores *lanes, int vectors, int gaps) {                                     \
    if (vectors == PANEL_VECTORS)                                                            \
      search_block(n, PANEL_VECTORS, a, first, w, bias, panel, lanes, gaps);                 \
    else                                                                                     \
      search_block(n, 1, a, first, w, bias, panel, lanes, gaps);                             \
  }
#define LIST_SEARCH_ROWS(n) search_##n,
EACH_ROWS(SEARCH_ROWS)
typedef void (*search_function)(
    const factor_rows *, long, const float *, const float *, int32_t, const lane_scores *, int,
    int);
static const search_function search_functions[] = {EACH_ROWS(LIST_SEARCH_ROWS)};

static void search_task(const tk_search *s, long task, void *scratch) {
  const long first = task * s->task_rows;
  const long rows = s->count - first < s->task_rows ? s->count - first : s->task_rows;
  const long size = tk_divide_up(s->size, TK_CHANNEL_MULTIPLE) * TK_CHANNEL_MULTIPLE;
  float *best = scratch, *second = best + rows * PANEL;
  const lane_scores lanes = {best, second, (int32_t *)(second + rows * PANEL)};
  for (long i = 0; i < rows * PANEL; i++) {
    best[i] = second[i] = -__builtin_inff();
    lanes.token[i] = 0;
  }
  const float *latents = s->latents + first * s->stride;
  const factor_rows factors = {&latents, 1, s->dimension, s->stride};
  const long blocks = tk_divide_up(rows, BLOCK_ROWS);
  for (long column = 0; column < size; column += PANEL) {
    const int vectors = panel_vectors(column, size);
    long row = 0;
    for (long block = 0; block < blocks; block++) {
      const long count = (rows - row + blocks - block - 1) / (blocks - block);
      search_functions[count - 1](
          &factors, row, s->weights + column * s->dimension, s->bias + column,
          (int32_t)(column / PANEL), &lanes, vectors, s->gaps != 0);
      row += count;
    }
  }
  for (long row = 0; row < rows; row++) {
    const float *scores = best + row * PANEL;
    const int32_t *panels = lanes.token + row * PANEL;
    long winner = 0;
    float runner_up = -__builtin_inff();
    for (long lane = 1; lane < PANEL; lane++) {
      const int earlier = panels[lane] * PANEL + lane < panels[winner] * PANEL + winner;
      if (scores[lane] > scores[winner] || (scores[lane] == scores[winner] && earlier))
        winner = lane;
    }
    for (long lane = 0; lane < PANEL; lane++) {
      const float other = lane == winner ? second[row * PANEL + lane] : scores[lane];
      if (other > runner_up) runner_up = other;
    }
    s->tokens[first + row] = (int32_t)(panels[winner] * PANEL + winner);
    if (s->gaps) s->gaps[first + row] = scores[winner] - runner_up;
  }
}
