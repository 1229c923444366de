// A C face for libsentencepiece. No exception crosses it: every call that can fail returns 0 for
// success and otherwise fills `error` with a message that the caller frees with tessera_sp_free.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A loaded model. Immutable after loading, so it may be used from several threads at once.
typedef struct tessera_sp_model tessera_sp_model;

/// A malloc'ed list of ids; freed with tessera_sp_free(values).
typedef struct {
  int32_t *values;
  size_t count;
} tessera_sp_ids;

/// Malloc'ed bytes, not terminated; freed with tessera_sp_free(bytes).
typedef struct {
  char *bytes;
  size_t count;
} tessera_sp_bytes;

/// Lines of text, one after the other: line i is text[ends[i-1] ..< ends[i]].
typedef struct {
  const char *text;
  const size_t *ends;
  size_t count;
} tessera_sp_lines;

/// Frees memory that any of these calls returned; NULL is allowed.
void tessera_sp_free(void *memory);

/// Parses a serialized ModelProto.
int tessera_sp_load(const void *bytes, size_t count, tessera_sp_model **model, char **error);

/// Releases a model; NULL is allowed.
void tessera_sp_unload(tessera_sp_model *model);

/// Encodes one line of UTF-8.
int tessera_sp_encode(const tessera_sp_model *model, const char *text, size_t count,
                      tessera_sp_ids *ids, char **error);

/// Decodes ids, which must lie in the vocabulary, into UTF-8.
int tessera_sp_decode(const tessera_sp_model *model, const int32_t *ids, size_t count,
                      tessera_sp_bytes *text, char **error);

/// The `size` best segmentations of a line, best first; their ids lie one after the other in
/// `ids`, the length of each in `lengths`.
int tessera_sp_nbest(const tessera_sp_model *model, const char *text, size_t count, int size,
                     tessera_sp_ids *ids, tessera_sp_ids *lengths, char **error);

/// Samples one segmentation of each line with one generator that starts from `seed`. The calls
/// of a process run one after the other, because the library's seed is a global.
int tessera_sp_sample(const tessera_sp_model *model, tessera_sp_lines lines, int nbest_size,
                      float alpha, uint32_t seed, tessera_sp_ids *ids, tessera_sp_ids *lengths,
                      char **error);

/// Trains a model on lines of UTF-8 with options named as in the original command.
int tessera_sp_train(const char *const *names, const char *const *values, size_t option_count,
                     tessera_sp_lines lines, tessera_sp_bytes *model, char **error);

#ifdef __cplusplus
}
#endif
