import Foundation
import ImageFiles
import RasterImages

/// `Benchmarks pictures SIDE ROUNDS FILE...`: one line per file with the median microseconds of
/// processor time for decoding alone, for decoding and preparing (`square-lanczos` to SIDE), and
/// the sum of the prepared bytes, which `bench_pictures.py` compares with Pillow's.
enum PictureBenchmark {
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 3, let side = Int(arguments[0]), let rounds = Int(arguments[1]) else {
      return print("usage: Benchmarks pictures SIDE ROUNDS FILE...")
    }
    for path in arguments.dropFirst(2) {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      var result = try ImageFile.decode(bytes)
      let decoding = try median(rounds) {
        result = try ImageFile.decode(bytes)
      }
      let both = try median(rounds) {
        let image = try ImageFile.decode(bytes)
        result = try PreprocessingRecipe.squareLanczos.apply(to: image, size: .square(side))
      }
      let sum = result.pixels.reduce(0) { $0 + Int($1) }
      print(decoding, both, sum, path)
    }
  }

  /// Processor time rather than wall time, so that other programs disturb less.
  private static func median(_ rounds: Int, _ body: () throws -> Void) rethrows -> Int {
    var times: [UInt64] = []
    for _ in 0..<rounds {
      let start = clock_gettime_nsec(CLOCK_THREAD_CPUTIME_ID)
      try body()
      times.append(clock_gettime_nsec(CLOCK_THREAD_CPUTIME_ID) - start)
    }
    return Int(times.sorted()[rounds / 2] / 1000)
  }

  private static func clock_gettime_nsec(_ clock: clockid_t) -> UInt64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }
}
