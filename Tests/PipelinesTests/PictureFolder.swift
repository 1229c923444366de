import Datasets
import Foundation
import ImageFiles
import Pipelines
import RasterImages
import Synchronization
import TestSupport

/// A temporary folder with small pictures, removed when the value goes away.
final class PictureFolder {
  let url: URL
  var path: String { url.path }

  /// - Parameters:
  ///   - count: Good pictures, called `000`, `001`, ….
  ///   - seed: What they show.
  init(count: Int = 0, seed: UInt64 = 1) throws {
    url = try Fixtures.temporaryFolder()
    var random = SeededGenerator(seed: seed)
    for number in 0..<count {
      try add(Self.picture(using: &random), "\(String(format: "%03d", number)).png")
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  static func picture(using random: inout SeededGenerator) -> RasterImage {
    let width = Int.random(in: 8...40, using: &random)
    let height = Int.random(in: 8...40, using: &random)
    return RasterImage(
      width: width, height: height,
      pixels: (0..<width * height * 3).map { _ in UInt8.random(in: 0...250, using: &random) })
  }

  func add(_ picture: RasterImage, _ name: String) throws {
    try add(ImageFile.encode(picture, as: .png()), name)
  }

  func add(_ bytes: [UInt8], _ name: String) throws {
    let target = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
  }

  func file(_ name: String) -> String { url.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: file(name))))
  }

  func shard() throws -> ShardInputs { try Dataset(inputs: [path]).shards[0].open() }
}

extension EncodePipeline {
  /// Sixteen pixels a side, four by four tokens.
  static func small(_ codec: BrightnessCodec = BrightnessCodec()) -> EncodePipeline {
    EncodePipeline(
      codec: codec, preparation: PicturePreparation(recipe: .squareLanczos, size: .square(16)))
  }
}

/// A cancellation that comes after so many questions.
final class Countdown: Sendable {
  private let left: Mutex<Int>
  init(_ count: Int) { left = Mutex(count) }
  @Sendable func isOver() -> Bool {
    left.withLock {
      $0 -= 1
      return $0 < 0
    }
  }
}

/// The error that ends a run, or nil if it does not end with one.
func refusal<Result>(_ run: () throws -> Result) -> PipelineError? {
  do {
    _ = try run()
    return nil
  } catch {
    return error as? PipelineError
  }
}
