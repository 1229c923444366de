import Foundation
import ImageCodecs
import TensorKernels
import TestSupport

/// Times one direction of a codec at its published size with seeded random weights, alone or beside
/// a peer. `NAME` is a codec and a direction: `sber-f8-encode`, `dalle-dvae-decode`.
///
///     Benchmarks network NAME [size 256] [batch 1] [threads 2] [policy balanced]
///                [engine kernels] [reps 9]
///                [layers 0] [dump FOLDER] [serve 0]
///
/// - `layers N`: the best of N runs of every layer, in processor time.
/// - `dump FOLDER`: writes weights, input and output for `bench_codecs.py`.
/// - `serve 1`: one run per line of standard input, answered by wall-clock and processor
///   milliseconds, so that a script can alternate between us and the peers.
enum NetworkBench {
  static func run(_ arguments: [String]) throws {
    guard let name = arguments.first else { return print("usage: network NAME [KEY VALUE]...") }
    var options: [String: String] = [:]
    for index in stride(from: 1, to: arguments.count - 1, by: 2) {
      options[arguments[index]] = arguments[index + 1]
    }
    func number(_ key: String, _ otherwise: Int) -> Int {
      options[key].flatMap(Int.init) ?? otherwise
    }
    let (size, batch, threads) = (number("size", 256), number("batch", 1), number("threads", 2))
    let policy = Policy(rawValue: options["policy"] ?? "balanced") ?? .balanced
    let engine = Engine(rawValue: options["engine"] ?? "kernels") ?? .kernels
    let isEncoder = name.hasSuffix("-encode")
    let parts = try CodecParts(
      randomWeightsOf: String(name.dropLast(7)),
      options: CodecOptions(policy: policy, engine: engine))
    let executor = isEncoder ? parts.encoder : parts.decoder
    let network = executor.network
    let side = isEncoder ? size : size / parts.patchSize
    var generator = SeededGenerator(seed: 1)
    let channels = network.inputChannels[0]
    let input = Tensor(
      batch: batch, height: side, width: side, channels: channels,
      values: (0..<batch * side * side * channels).map { _ in Float(2 * generator.unit() - 1) })
    if let folder = options["dump"] {
      return try dump(network, input, executor, threads, to: URL(fileURLWithPath: folder), name)
    }
    var watch = Watch()
    try executor.prepare(threads: threads)
    let preparation = watch.lap()
    _ = try executor.run([input], threads: threads)
    if number("serve", 0) > 0 {
      while readLine() != nil {
        watch = Watch()
        _ = try executor.run([input], threads: threads)
        let lap = watch.lap()
        print(lap.wall, lap.processor)
        fflush(nil)
      }
      return
    }
    let laps = try (0..<number("reps", 9)).map { _ in
      watch = Watch()
      _ = try executor.run([input], threads: threads)
      return watch.lap()
    }
    let (wall, processor) = (laps.map(\.wall).sorted(), laps.map(\.processor).sorted())
    let work = try network.operations(batch: batch, height: side, width: side)
    print(
      String(
        format: "prepared in %.0f ms; wall %.1f ms (best %.1f), processor %.1f ms (best %.1f), "
          + "%.0f GFLOP/s per processor",
        preparation.wall, wall[wall.count / 2], wall[0], processor[processor.count / 2],
        processor[0], work / processor[0] * 1e-6))
    try printLayers(executor, input, threads: threads, runs: number("layers", 0))
  }

  private static func printLayers(
    _ executor: NetworkExecutor, _ input: Tensor, threads: Int, runs: Int
  ) throws {
    guard runs > 0 else { return }
    var best = try executor.profile([input], threads: threads)
    for _ in 1..<runs {
      let again = try executor.profile([input], threads: threads)
      best = zip(best, again).map { $0.processorSeconds < $1.processorSeconds ? $0 : $1 }
    }
    print("sum of layers", best.reduce(0) { $0 + $1.processorSeconds } * 1e3, "ms")
    for layer in best where layer.processorSeconds > 1e-4 {
      print(
        String(
          format: "%8.2f ms %6.0f GF/s  %@ %dx%dx%d  %@", layer.processorSeconds * 1e3,
          layer.operations / layer.processorSeconds * 1e-9, layer.kind, layer.height, layer.width,
          layer.channels, layer.label))
    }
  }

  private static func dump(
    _ network: Network, _ input: Tensor, _ executor: NetworkExecutor, _ threads: Int,
    to folder: URL, _ name: String
  ) throws {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    func write(_ values: [Float], _ suffix: String) throws {
      let data = values.withUnsafeBytes { Data($0) }
      try data.write(to: folder.appendingPathComponent("\(name).\(suffix)"))
    }
    var (index, weights) = ("", [Float]())
    for parameter in network.parameters {
      index += "\(parameter.name) \(parameter.shape.map(String.init).joined(separator: " "))\n"
      weights += try parameter.load()
    }
    try Data(index.utf8).write(to: folder.appendingPathComponent("\(name).index"))
    try write(weights, "weights")
    try write(input.values, "input")
    try write(executor.run([input], threads: threads)[0].values, "output")
  }

  /// Milliseconds of wall-clock and processor time.
  private struct Watch {
    private let start = ContinuousClock.now
    private let processor = clock()

    func lap() -> (wall: Double, processor: Double) {
      (
        Double((ContinuousClock.now - start) / .nanoseconds(1)) * 1e-6,
        Double(clock() - processor) * 1e3 / Double(CLOCKS_PER_SEC)
      )
    }
  }
}
