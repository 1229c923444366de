import Datasets
import ImageFiles
import Pipelines
import RasterImages
import UnifiedTokenizer

/// Pictures that stand in lines of text as `<image:FILE>`.
struct MixedPictures: Sendable {
  private static let opening = "<image:"

  /// How files become what the codec sees.
  let preparation: PicturePreparation

  /// How a file is named in a line.
  static func mark(_ path: String) -> String { opening + path + ">" }

  /// Takes a line apart into text and prepared pictures.
  func parts(of line: String, line number: Int) throws -> [ICETokenizer.Part] {
    var parts: [ICETokenizer.Part] = []
    var rest = line[...]
    while let start = rest.firstRange(of: Self.opening) {
      guard let end = rest[start.upperBound...].firstIndex(of: ">"), end > start.upperBound else {
        throw CommandFailure(
          .inputUnusable,
          "line \(number): '\(Self.opening)' lacks its file and '>': write <image:FILE>")
      }
      if start.lowerBound > rest.startIndex {
        parts.append(.text(String(rest[..<start.lowerBound])))
      }
      parts.append(.picture(try read(String(rest[start.upperBound..<end]), number)))
      rest = rest[rest.index(after: end)...]
    }
    if !rest.isEmpty { parts.append(.text(String(rest))) }
    return parts
  }

  private func read(_ path: String, _ number: Int) throws -> RasterImage {
    do {
      let bytes = try FileSystem.read(path, limit: preparation.decoding.maximumByteCount)
      let picture = try ImageFile.decode(bytes, options: preparation.decoding)
      return try preparation.recipe.apply(to: picture, size: preparation.size)
    } catch let failure as SystemFailure {
      throw CommandFailure(.inputUnusable, "line \(number): \(path): \(failure.explanation)")
    } catch {
      throw CommandFailure(.inputUnusable, "line \(number): \(path): \(error)")
    }
  }
}
