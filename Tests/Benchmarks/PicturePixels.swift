import Foundation
import ImageFiles
import RasterImages
import TestSupport

/// Answers jobs from standard input with raw pixels, so that a script can compare them with Pillow,
/// PyTorch and OpenCV (`compare_pictures.py`).
///
/// One job per line, an answer per job: a line `WIDTH HEIGHT`, then the RGB bytes; or a line
/// `error CODE`.
///
///     resize FILTER GAP SEED SOURCE TARGET     GAP 0 for none, sizes as 640x480
///     recipe NAME SEED SOURCE TARGET
///     orient 1…8 SEED SOURCE
///     decode ALPHA PATH                        ALPHA white, black or drop
enum PicturePixels {
  static func run() {
    while let line = readLine() {
      let reply: Data
      do {
        let image = try answer(line.split(separator: " ").map(String.init))
        reply = Data("\(image.width) \(image.height)\n".utf8) + Data(image.pixels)
      } catch let error as ImageFileError {
        reply = Data("error \(error.code)\n".utf8)
      } catch let error as RasterImageError {
        reply = Data("error \(error.code)\n".utf8)
      } catch {
        reply = Data("error \(error)\n".utf8)
      }
      FileHandle.standardOutput.write(reply)
    }
  }

  private static func answer(_ job: [String]) throws -> RasterImage {
    switch job.first {
    case "resize" where job.count == 6:
      let gap = Double(job[2])!
      return source(job[3], job[4]).resized(
        to: size(job[5]), filter: ResampleFilter(rawValue: job[1])!,
        reducingGap: gap == 0 ? nil : gap)
    case "recipe" where job.count == 5:
      return try PreprocessingRecipe(named: job[1])!.apply(
        to: source(job[2], job[3]), size: size(job[4]))
    case "orient" where job.count == 4:
      return source(job[2], job[3]).oriented(Orientation(rawValue: Int(job[1])!)!)
    case "decode" where job.count >= 3:
      var options = ImageDecodingOptions()
      options.alpha = ImageDecodingOptions.AlphaRule(rawValue: job[1])!
      let path = job.dropFirst(2).joined(separator: " ")
      return try ImageFile.decode(
        [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), options: options)
    default:
      fatalError("unknown job \(job)")
    }
  }

  private static func source(_ seed: String, _ sides: String) -> RasterImage {
    .noise(size(sides), seed: UInt64(seed)!)
  }

  private static func size(_ text: String) -> PixelSize {
    let sides = text.split(separator: "x").map { Int($0)! }
    return PixelSize(width: sides[0], height: sides[1])
  }
}
