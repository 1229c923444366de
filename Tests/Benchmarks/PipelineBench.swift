import Datasets
import Foundation
import ImageCodecs
import ImageFiles
import Pipelines
import RasterImages
import Synchronization
import TestSupport

/// The whole pipeline beside the codec alone, on the same pictures, threads and process, in turns.
///
///     Benchmarks pipeline [--threads N] [--pictures N] [--turns N] [FOLDER]
///
/// Without a folder, JPEGs of 500 × 375 are cut from the photographs of `Fixtures`. The pipeline
/// reads, decodes, resizes, encodes and writes a token file; the codec alone encodes pictures that
/// lie prepared in memory, on as many threads.
enum PipelineBench {
  static func run(_ arguments: [String]) throws {
    var arguments = arguments
    func option(_ name: String, _ standard: Int) -> Int {
      guard let place = arguments.firstIndex(of: name), place + 1 < arguments.count else {
        return standard
      }
      defer { arguments.removeSubrange(place...place + 1) }
      return Int(arguments[place + 1]) ?? standard
    }
    let (threads, count, turns) = (
      option("--threads", 2), option("--pictures", 300), option("--turns", 5)
    )
    let work = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: work) }
    var folder = work.appendingPathComponent("pictures").path
    if let given = arguments.first { folder = given } else { try makePictures(count, in: folder) }

    let codec = try CodecCatalog.embedded(options: CodecOptions(threads: 1))
    let preparation = PicturePreparation(recipe: codec.defaultRecipe, size: .square(256))
    var pipeline = EncodePipeline(codec: codec, preparation: preparation)
    pipeline.threads = threads
    let prepared = try preparedPictures(in: folder, preparation)

    var ratios: [(wall: Double, processor: Double)] = []
    print("turn  codec alone                 pipeline                    rate ratio  CPU ratio")
    for turn in 1...turns {
      let alone = try measured {
        let stage = OrderedMap(
          threads: threads, window: threads * 4 + 4, next: iterate(over: prepared),
          transform: { picture in Result { try codec.encode(picture) } })
        while let grid = stage.next() { _ = try grid.get() }
        stage.stop()
      }
      let whole = try measured {
        let summary = try pipeline.run(
          Dataset(inputs: [folder]).shards[0].open(),
          to: work.appendingPathComponent("\(turn).tessera").path)
        precondition(summary.rows == prepared.count, "\(summary.rejects.total) rejects")
      }
      let ratio = (alone.wall / whole.wall, alone.processor / whole.processor)
      ratios.append(ratio)
      print(
        "\(turn)     \(alone.text(prepared.count))   \(whole.text(prepared.count))   "
          + String(format: "%.3f       %.3f", ratio.0, ratio.1))
    }
    print(
      String(
        format: "median of the rates %.3f, of the processor times %.3f",
        ratios.map(\.wall).sorted()[turns / 2], ratios.map(\.processor).sorted()[turns / 2]))
    print(
      "peak memory \(peakMemory() / 1_000_000) MB, \(prepared.count) prepared pictures included")
  }

  private struct Measure {
    let wall: Double
    let processor: Double

    func text(_ count: Int) -> String {
      String(
        format: "%6.1f/s %5.2f CPU-ms each", Double(count) / wall,
        processor / Double(count) * 1000)
    }
  }

  private static func measured(_ body: () throws -> Void) rethrows -> Measure {
    let clock = ContinuousClock()
    let start = Foundation.clock()
    let wall = try clock.measure(body)
    return Measure(
      wall: wall / .seconds(1),
      processor: Double(Foundation.clock() - start) / Double(CLOCKS_PER_SEC))
  }

  /// Hands the pictures out one by one to whichever thread asks.
  private static func iterate(
    over pictures: [RasterImage]
  ) -> @Sendable () -> RasterImage? {
    let position = Atomic(0)
    return {
      let index = position.add(1, ordering: .relaxed).oldValue
      return index < pictures.count ? pictures[index] : nil
    }
  }

  private static func preparedPictures(
    in folder: String, _ preparation: PicturePreparation
  ) throws -> [RasterImage] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return try names.sorted().filter { $0.hasSuffix(".jpg") }.map { name in
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: folder + "/" + name)))
      return try preparation.recipe.apply(to: ImageFile.decode(bytes), size: preparation.size)
    }
  }

  /// Random parts of photographs, as JPEGs of quality 88 with subsampled colours.
  private static func makePictures(_ count: Int, in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let photographs = try [
      "preprocess/astronaut.png", "preprocess/chelsea.png", "preprocess/coffee_odd.png",
      "pictures/oranges.jpg", "pictures/mountains.webp", "pictures/mosaic.jpg",
    ].map { try ImageFile.decode(Fixtures.bytes($0)) }
    var random = SeededGenerator(seed: 500)
    for number in 0..<count {
      let photograph = photographs[number % photographs.count]
      let scale = Double.random(in: 0.6...1, using: &random)
      let unit = min(Double(photograph.width) / 4, Double(photograph.height) / 3) * scale
      let size = PixelSize(width: Int(unit * 4), height: Int(unit * 3))
      let region = PixelRegion(
        x: Int.random(in: 0...photograph.width - size.width, using: &random),
        y: Int.random(in: 0...photograph.height - size.height, using: &random), size: size)
      let picture = photograph.resized(
        to: PixelSize(width: 500, height: 375), filter: .lanczos, region: region)
      let name = String(format: "%05d.jpg", number)
      try Data(ImageFile.encode(picture, as: .jpeg(quality: 88)))
        .write(to: URL(fileURLWithPath: folder + "/" + name))
    }
  }

  private static func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1024
  }
}
