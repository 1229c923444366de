import BytePairEncoding
import Foundation

/// In-memory encoding and model loading, which no command shows by itself.
///
///     Benchmarks bpe MODEL TEXT
///
/// Encodes the lines of TEXT to ids as integers in one thread, and loads MODEL, five times each;
/// prints the medians as JSON. `bench_bpe.py` calls it beside the peers.
enum BPEBenchmark {
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 2 else {
      print("usage: Benchmarks bpe MODEL TEXT")
      return
    }
    let url = URL(fileURLWithPath: arguments[0])
    let clock = ContinuousClock()
    let loads = try (0..<5).map { _ in
      try clock.measure { _ = try BPETokenizer(contentsOf: url) }
    }
    let tokenizer = try BPETokenizer(contentsOf: url)
    let text = [UInt8](try Data(contentsOf: URL(fileURLWithPath: arguments[1])))
    var tokenCount = 0
    let encodes = try (0..<5).map { _ in
      var encoder = try tokenizer.makeEncoder()
      var ids: [Int32] = []
      ids.reserveCapacity(text.count / 2)
      return clock.measure {
        encoder.encode(text.span, into: &ids)
        tokenCount = ids.count
      }
    }
    let seconds = encodes.sorted()[2] / .seconds(1)
    let loading = loads.sorted()[2] / .milliseconds(1)
    print(
      """
      {"load_ms": \(loading), "encode_mb_per_s": \(Double(text.count) / 1e6 / seconds), \
      "tokens": \(tokenCount)}
      """)
  }
}
