import RasterImages
import Reports
import TestSupport
import Tokens

/// Made-up pictures, and what a made-up codec with 64 codewords made of them.
enum Samples {
  static let codec = CodecIdentity(
    name: "sample", weightsDigest: String(repeating: "ab", count: 32), codebookSize: 64,
    codebookDigest: String(repeating: "cd", count: 32), patchSize: 8)

  /// A picture whose reconstruction is off by up to `error` levels; 0 gives an identical one.
  static func picture(
    key: String, caption: String? = nil, error: Int = 10, width: Int = 24, height: Int = 16,
    seed: UInt64 = 1
  ) throws -> ReconstructedPicture {
    var generator = SeededGenerator(seed: seed)
    let original = (0..<width * height * 3).map { _ in
      UInt8.random(in: 0...255, using: &generator)
    }
    let reconstruction = original.map { level in
      UInt8(min(255, max(0, Int(level) + Int.random(in: -error...error, using: &generator))))
    }
    let tokens = (0..<(width / 8) * (height / 8)).map { _ in
      TokenID.random(in: 0..<64, using: &generator)
    }
    return try ReconstructedPicture(
      key: key, caption: caption,
      original: RasterImage(width: width, height: height, pixels: original),
      reconstruction: RasterImage(width: width, height: height, pixels: reconstruction),
      tokens: TokenGrid(height: height / 8, width: width / 8, tokens: tokens))
  }

  static func section(options: ReportOptions = ReportOptions()) -> CodecSection {
    CodecSection(codec: codec, recipe: "as is", policy: "exact", options: options)
  }

  /// `count` pictures, each worse than the one before.
  static func report(count: Int, options: ReportOptions = ReportOptions()) throws
    -> ReconstructionReport
  {
    var section = section(options: options)
    for index in 0..<count {
      try section.append(
        picture(key: "picture-\(index)", error: 4 * index + 2, seed: UInt64(index)))
    }
    return ReconstructionReport(title: "Samples", sections: [section])
  }
}
