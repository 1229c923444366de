import ArgumentParser
import Foundation
import Glibc
import ImageCodecs
import TensorKernels
import Tokens

/// `tessera codec bench`: how fast a codec's networks are on this machine.
struct CodecBenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast a codec encodes and decodes on this machine.",
    usage: "tessera codec bench [<options>]",
    discussion: """
      Without weights the codec's networks are measured at their published size with random \
      weights. Operations are counted as the layers are defined, two per multiplication and \
      addition; faster algorithms do fewer, so the share of the peak can pass 100%.

      EXAMPLES
        tessera codec bench
        tessera codec bench --codec sber-f8 --threads 2 --layers
        tessera codec bench --weights model.safetensors --batch 4 --json
      """)

  @OptionGroup var codec: CodecOptionGroup
  @OptionGroup var output: OutputOptions

  @Option(help: "Pixels per side of the pictures.")
  var size = 256

  @Option(help: "Pictures per run.")
  var batch = 1

  @Option(help: "Threads per run.")
  var threads = 1

  @Option(help: "Runs that are measured; the median counts.")
  var runs = 7

  @Flag(help: "Show each layer: the best of the runs.")
  var layers = false

  func validate() throws {
    for (name, value, limit) in [
      ("--batch", batch, 1024), ("--threads", threads, 1024), ("--runs", runs, 1_000_000),
    ] where value < 1 || value > limit {
      throw ValidationError("\(name) \(value): must be between 1 and \(limit)")
    }
  }

  func run() throws {
    let parts = try parts()
    guard size > 0, size <= 8192, size.isMultiple(of: parts.patchSize) else {
      throw CommandFailure.usage(
        "--size \(size): codec \(parts.name) takes multiples of \(parts.patchSize) up to 8192")
    }
    let peak = try ProcessorPeak(threads: threads)
    var directions: [Direction] = []
    for (name, executor, search, side) in [
      ("encode", parts.encoder, parts.search, size),
      ("decode", parts.decoder, nil, size / parts.patchSize),
    ] {
      directions.append(try measure(name, executor, search, side: side, peak))
    }
    let report = Report(
      codec: parts.name, policy: codec.arithmetic.policy.rawValue,
      engine: codec.arithmetic.engine.rawValue,
      instruction_set: peak.instructionSet,
      size: size, batch: batch, threads: threads,
      peak_gflops: peak.operationsPerSecond * 1e-9, peak_memory_bytes: Self.peakMemory(),
      directions: directions)
    Console.result(output.json ? Console.json(report) : report.text)
  }

  private func parts() throws -> CodecParts {
    if codec.weights.isEmpty, let name = codec.codec, name != CodecProfile.embeddedName {
      return try CodecParts(
        randomWeightsOf: name,
        options: CodecOptions(policy: codec.arithmetic.policy, engine: codec.arithmetic.engine))
    }
    let loaded = try codec.load().codec
    guard let parts = CodecParts(of: loaded) else {
      throw CodecError(.latentsOnly, codec: loaded.identity.name)
    }
    return parts
  }

  private func measure(
    _ name: String, _ executor: NetworkExecutor, _ search: TokenSearch?, side: Int,
    _ peak: ProcessorPeak
  ) throws -> Direction {
    let network = executor.network
    let channels = network.inputChannels[0]
    // Any numbers of the right size will do: the kernels take the same time for all.
    let count = batch * side * side * channels
    let input = Tensor(
      batch: batch, height: side, width: side, channels: channels,
      values: (0..<count).map { Float($0 &* 7919 % 2001) * 1e-3 - 1 })
    func once() throws {
      let result = try executor.run([input], threads: threads)[0]
      if let search { _ = try search.tokens(of: result, threads: threads) }
    }
    let preparation = try seconds { try executor.prepare(threads: threads) }
    try once()
    let times = try (0..<runs).map { _ in try seconds(once) }.sorted()
    let median = times[times.count / 2]
    var work = try network.operations(batch: batch, height: side, width: side)
    if let search {
      let latents = try network.outputExtents(height: side, width: side)[0]
      work += 2 * Double(batch * latents.height * latents.width * search.size * search.dimension)
    }
    return Direction(
      direction: name, prepare_seconds: preparation, seconds: median,
      pictures_per_second: Double(batch) / median, gflops: work / median * 1e-9,
      share_of_peak: work / median / peak.operationsPerSecond,
      layers: layers ? try layerTable(executor, input) : nil)
  }

  private func layerTable(_ executor: NetworkExecutor, _ input: Tensor) throws -> [Layer] {
    var best = try executor.profile([input], threads: threads)
    for _ in 1..<max(2, runs) {
      best = zip(best, try executor.profile([input], threads: threads))
        .map { $0.seconds < $1.seconds ? $0 : $1 }
    }
    return best.map {
      Layer(
        label: $0.label, kind: $0.kind, height: $0.height, width: $0.width,
        channels: $0.channels, milliseconds: $0.seconds * 1e3,
        gflops: $0.operations / $0.seconds * 1e-9)
    }
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let time = try ContinuousClock().measure(body)
    return time / .seconds(1)
  }

  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }

  private struct Layer: Encodable {
    let label: String
    let kind: String
    let height: Int
    let width: Int
    let channels: Int
    let milliseconds: Double
    let gflops: Double
  }

  private struct Direction: Encodable {
    let direction: String
    let prepare_seconds: Double
    let seconds: Double
    let pictures_per_second: Double
    let gflops: Double
    let share_of_peak: Double
    let layers: [Layer]?

    var lines: [String] {
      let summary = String(
        format: "%@  %9.1f ms  %8.2f pictures/s  %7.0f GFLOP/s  %4.0f%% of the peak  "
          + "(weights ready in %.2f s)",
        direction, seconds * 1e3, pictures_per_second, gflops, share_of_peak * 100,
        prepare_seconds)
      let table = (layers ?? []).map {
        String(
          format: "  %8.3f ms %6.0f GFLOP/s  %@  %@  %@", $0.milliseconds, $0.gflops,
          "\($0.height)x\($0.width)x\($0.channels)".padded(to: 13), $0.kind.padded(to: 30),
          $0.label)
      }
      return [summary] + table
    }
  }

  private struct Report: Encodable {
    let codec: String
    let policy: String
    let engine: String
    let instruction_set: String
    let size: Int
    let batch: Int
    let threads: Int
    let peak_gflops: Double
    let peak_memory_bytes: Int
    let directions: [Direction]

    var text: String {
      let head =
        "\(codec), \(size)x\(size), batch \(batch), \(threads) threads, policy \(policy), engine \(engine), "
        + String(format: "%@ with a peak of %.0f GFLOP/s", instruction_set, peak_gflops)
      let foot = "peak memory  \(Wording.bytes(peak_memory_bytes))"
      return ([head] + directions.flatMap(\.lines) + [foot]).joined(separator: "\n")
    }
  }
}
