import RasterImages
import TensorKernels

/// How a codec's network wants its bytes: one number for each of the 256 levels of each colour,
/// computed with the same fp32 operations as the original program.
struct PixelNormalization: Sendable {
  /// `[3][256]`.
  private let levels: [[Float]]

  private init(_ value: (_ level: Float, _ colour: Int) -> Float) {
    levels = (0..<3).map { colour in (0..<256).map { value(Float($0), colour) } }
  }

  /// `2 (u/255) - 1`: ru-dALL-E, taming-transformers' notebooks, DALLE-pytorch.
  static let doubledUnit = PixelNormalization { level, _ in 2 * (level / 255) - 1 }
  /// `u/127.5 - 1`: the default codec, Kandinsky, MoVQGAN.
  static let signedUnit = PixelNormalization { level, _ in level / 127.5 - 1 }
  /// `0.8 (u/255) + 0.1`: the dVAE's `map_pixels`.
  static let logitLaplace = PixelNormalization { level, _ in 0.8 * (level / 255) + 0.1 }
  /// `(u/255 - mean) / deviation` per colour: icetk.
  static let standardized = PixelNormalization { level, colour in
    (level / 255 - IceColours.mean[colour]) / IceColours.deviation[colour]
  }

  /// The network's input, NHWC.
  func tensor(_ image: RasterImage) -> Tensor {
    var values = [Float](repeating: 0, count: image.pixels.count)
    for colour in 0..<3 {
      let table = levels[colour]
      for index in stride(from: colour, to: values.count, by: 3) {
        values[index] = table[Int(image.pixels[index])]
      }
    }
    return Tensor(height: image.height, width: image.width, channels: 3, values: values)
  }
}

/// The colour statistics that icetk's network was trained with, on the scale 0…1.
enum IceColours {
  static let mean: [Float] = [0.79093, 0.76271, 0.75340]
  static let deviation: [Float] = [0.30379, 0.32279, 0.32800]
}
