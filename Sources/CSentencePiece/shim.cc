#include "CSentencePiece.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <cstdlib>
#include <cstring>
#include <exception>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

struct tessera_sp_model {
  sentencepiece::SentencePieceProcessor processor;
};

namespace {

using sentencepiece::util::Status;

constexpr int kFailed = 1;

char *copy_of(const char *bytes, size_t count) {
  // One byte more, so that an empty result is not NULL and a message is terminated.
  char *copy = static_cast<char *>(std::malloc(count + 1));
  if (copy == nullptr) throw std::bad_alloc();
  std::memcpy(copy, bytes, count);
  copy[count] = 0;
  return copy;
}

void fill(tessera_sp_bytes *out, const std::string &bytes) {
  out->bytes = copy_of(bytes.data(), bytes.size());
  out->count = bytes.size();
}

void fill(tessera_sp_ids *out, const std::vector<int32_t> &ids) {
  out->values = reinterpret_cast<int32_t *>(
      copy_of(reinterpret_cast<const char *>(ids.data()), ids.size() * sizeof(int32_t)));
  out->count = ids.size();
}

int report(const char *message, char **error) {
  try {
    *error = copy_of(message, std::strlen(message));
  } catch (...) {
    *error = nullptr;
  }
  return kFailed;
}

/// Runs `body`, which returns a Status, and turns every way to fail into a message.
template <typename Body>
int guarded(char **error, Body body) {
  *error = nullptr;
  try {
    const Status status = body();
    return status.ok() ? 0 : report(status.error_message(), error);
  } catch (const std::exception &thrown) {
    return report(thrown.what(), error);
  } catch (...) {
    return report("an unknown C++ exception", error);
  }
}

std::string_view line(const tessera_sp_lines &lines, size_t index) {
  const size_t begin = index == 0 ? 0 : lines.ends[index - 1];
  return std::string_view(lines.text + begin, lines.ends[index] - begin);
}

void append(const std::vector<std::vector<int>> &lists, tessera_sp_ids *ids,
            tessera_sp_ids *lengths) {
  std::vector<int32_t> all, counts;
  for (const auto &list : lists) {
    all.insert(all.end(), list.begin(), list.end());
    counts.push_back(static_cast<int32_t>(list.size()));
  }
  fill(ids, all);
  fill(lengths, counts);
}

class LineIterator : public sentencepiece::SentenceIterator {
 public:
  explicit LineIterator(tessera_sp_lines lines) : lines_(lines) { load(); }
  bool done() const override { return index_ >= lines_.count; }
  void Next() override {
    ++index_;
    load();
  }
  const std::string &value() const override { return value_; }
  Status status() const override { return Status(); }

 private:
  void load() {
    if (!done()) value_ = std::string(line(lines_, index_));
  }
  tessera_sp_lines lines_;
  size_t index_ = 0;
  std::string value_;
};

/// Held while the library's global seed is in use, and while a model is trained.
std::mutex global_state;

}  // namespace

void tessera_sp_free(void *memory) { std::free(memory); }

int tessera_sp_load(const void *bytes, size_t count, tessera_sp_model **model, char **error) {
  *model = nullptr;
  return guarded(error, [&] {
    auto loaded = std::make_unique<tessera_sp_model>();
    const Status status = loaded->processor.LoadFromSerializedProto(
        std::string_view(static_cast<const char *>(bytes), count));
    if (status.ok()) *model = loaded.release();
    return status;
  });
}

void tessera_sp_unload(tessera_sp_model *model) { delete model; }

int tessera_sp_encode(const tessera_sp_model *model, const char *text, size_t count,
                      tessera_sp_ids *ids, char **error) {
  return guarded(error, [&] {
    std::vector<int> encoded;
    const Status status = model->processor.Encode(std::string_view(text, count), &encoded);
    fill(ids, std::vector<int32_t>(encoded.begin(), encoded.end()));
    return status;
  });
}

int tessera_sp_decode(const tessera_sp_model *model, const int32_t *ids, size_t count,
                      tessera_sp_bytes *text, char **error) {
  return guarded(error, [&] {
    std::string decoded;
    const Status status =
        model->processor.Decode(std::vector<int>(ids, ids + count), &decoded);
    fill(text, decoded);
    return status;
  });
}

int tessera_sp_nbest(const tessera_sp_model *model, const char *text, size_t count, int size,
                     tessera_sp_ids *ids, tessera_sp_ids *lengths, char **error) {
  return guarded(error, [&] {
    std::vector<std::vector<int>> lists;
    const Status status =
        model->processor.NBestEncode(std::string_view(text, count), size, &lists);
    append(lists, ids, lengths);
    return status;
  });
}

int tessera_sp_sample(const tessera_sp_model *model, tessera_sp_lines lines, int nbest_size,
                      float alpha, uint32_t seed, tessera_sp_ids *ids, tessera_sp_ids *lengths,
                      char **error) {
  return guarded(error, [&] {
    // The library keeps one generator per thread and seeds it from a global when the thread
    // first draws. A thread of our own therefore always starts from the seed asked for.
    const std::lock_guard<std::mutex> lock(global_state);
    sentencepiece::SetRandomGeneratorSeed(seed);
    std::vector<std::vector<int>> lists(lines.count);
    Status status;
    std::exception_ptr thrown;
    std::thread([&] {
      try {
        for (size_t i = 0; i < lines.count && status.ok(); ++i) {
          status = model->processor.SampleEncode(line(lines, i), nbest_size, alpha, &lists[i]);
        }
      } catch (...) {
        thrown = std::current_exception();
      }
    }).join();
    if (thrown) std::rethrow_exception(thrown);
    append(lists, ids, lengths);
    return status;
  });
}

int tessera_sp_train(const char *const *names, const char *const *values, size_t option_count,
                     tessera_sp_lines lines, tessera_sp_bytes *model, char **error) {
  return guarded(error, [&] {
    const std::lock_guard<std::mutex> lock(global_state);
    std::unordered_map<std::string, std::string> options;
    for (size_t i = 0; i < option_count; ++i) options[names[i]] = values[i];
    LineIterator iterator(lines);
    std::string serialized;
    const Status status =
        sentencepiece::SentencePieceTrainer::Train(options, &iterator, &serialized);
    fill(model, serialized);
    return status;
  });
}
