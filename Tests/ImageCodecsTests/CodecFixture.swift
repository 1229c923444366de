import Checkpoints
import Foundation
import RasterImages
import TensorKernels
import TestSupport
import Testing
import Tokens

/// One reference checkpoint with random weights and what the original program computed from it:
/// `Fixtures/codecs/README.md`.
struct CodecFixture: Sendable, CustomTestStringConvertible {
  let folder: String
  let files: [String]
  /// `coffee_64x96`: the picture and its size.
  let picture: String
  /// What stands between the picture's name and the kind of file: a rate of the ICE codec.
  var variant = ""

  var testDescription: String { "\(folder)/\(picture)\(variant)" }

  func checkpoints() throws -> [Checkpoint] {
    try files.map { try Checkpoint(contentsOf: Fixtures.url("codecs/\(folder)/\($0)")) }
  }

  func image() throws -> RasterImage {
    let array = try NumPyArray(fixture: "codecs/\(folder)/\(picture).picture.npy")
    return RasterImage(width: array.shape[1], height: array.shape[0], pixels: array.bytes)
  }

  func array(_ kind: String) throws -> NumPyArray {
    try NumPyArray(fixture: "codecs/\(folder)/\(picture)\(variant).\(kind).npy")
  }

  func grid() throws -> TokenGrid {
    let tokens = try array("tokens")
    return TokenGrid(height: tokens.shape[0], width: tokens.shape[1], tokens: tokens.int32s)
  }

  /// The score error below twenty times of which two codewords count as equally near; measured by
  /// the reference programs, fp32 against fp64.
  func noise() throws -> Float {
    let table = String(decoding: try Fixtures.bytes("codecs/noise.tsv"), as: UTF8.self)
    let line = try #require(table.split(separator: "\n").first { $0.hasPrefix(folder + "\t") })
    return try #require(Float(line.split(separator: "\t")[1]))
  }

  /// Tokens must agree wherever the reference's choice was clear.
  func expectTokens(_ grid: TokenGrid, nearTie: Float? = nil) throws {
    let expected = try self.grid()
    let gaps = try array("gap").floats
    let limit = try nearTie ?? 20 * noise()
    #expect(grid.height == expected.height && grid.width == expected.width)
    let wrong = zip(grid.tokens, expected.tokens).enumerated().filter {
      $0.element.0 != $0.element.1 && gaps[$0.offset] >= limit
    }
    #expect(
      wrong.isEmpty,
      "\(testDescription): \(wrong.count) of \(gaps.count) tokens differ, first at \(wrong.first?.offset ?? 0)"
    )
  }

  /// The stored array holds every third pixel of every third row.
  func expectPixels(_ tensor: Tensor, _ kind: String, within tolerance: Float) throws {
    let expected = try array(kind)
    let (rows, columns) = (expected.shape[0], expected.shape[1])
    #expect(rows == (tensor.height + 2) / 3 && columns == (tensor.width + 2) / 3)
    let values = expected.floats
    var worst: Float = 0
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<3 {
          let ours =
            tensor.values[
              ((row * 3) * tensor.width + column * 3) * tensor.channels + channel]
          worst = max(worst, abs(ours - values[(row * columns + column) * 3 + channel]))
        }
      }
    }
    #expect(worst <= tolerance, "\(testDescription): \(kind) differs by \(worst)")
  }

  /// The stored array holds every value, rows first, channels last.
  func expectValues(_ tensor: Tensor, _ kind: String, within tolerance: Float) throws {
    let expected = try array(kind)
    #expect(expected.shape == [tensor.height, tensor.width, tensor.channels])
    let worst = zip(tensor.values, expected.floats).map { abs($0 - $1) }.max() ?? 0
    #expect(worst <= tolerance, "\(testDescription): \(kind) differs by \(worst)")
  }
}
