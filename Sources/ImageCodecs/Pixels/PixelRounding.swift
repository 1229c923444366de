import RasterImages
import TensorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// How a network's numbers become bytes. The original programs differ, and a byte that is cut off
/// differs from one that is rounded in half of all pixels.
enum PixelRounding: Sendable {
  /// `(clamp(y, -1, 1) + 1) / 2 * 255`, cut off: ru-dALL-E (`to_pil_image`), taming's notebooks.
  case truncatedSigned
  /// `(clamp(y, -1, 1) + 1) * 127.5`, half to even: the default codec, Kandinsky, MoVQGAN.
  case halfEvenSigned
  /// `clamp((sigmoid(y) - 0.1) / 0.8, 0, 1) * 255`, cut off: the dVAE.
  case truncatedLogitLaplace
  /// `(y * deviation + mean) * 255 + 0.5`, clamped and cut off: icetk pictures saved by CogView2.
  case halfUpStandardized

  /// The value on the original program's own scale, before it becomes a byte.
  private func value(_ y: Float, colour: Int) -> Float {
    switch self {
    case .truncatedSigned, .halfEvenSigned: return y
    case .truncatedLogitLaplace:
      return min(max((1 / (1 + exp(-y)) - 0.1) / 0.8, 0), 1)
    case .halfUpStandardized: return y * IceColours.deviation[colour] + IceColours.mean[colour]
    }
  }

  private func byte(_ y: Float, colour: Int) -> UInt8 {
    let value = value(y, colour: colour)
    switch self {
    case .truncatedSigned: return UInt8((min(max(value, -1), 1) + 1) * 0.5 * 255)
    case .halfEvenSigned:
      return UInt8(((min(max(value, -1), 1) + 1) * 127.5).rounded(.toNearestOrEven))
    case .truncatedLogitLaplace: return UInt8(value * 255)
    case .halfUpStandardized: return UInt8(min(max(value * 255 + 0.5, 0), 255))
    }
  }

  /// The picture in the first three channels of the first item.
  func image(_ tensor: Tensor) -> RasterImage {
    precondition(tensor.channels >= 3, "\(tensor.channels) channels are no picture")
    var pixels: [UInt8] = []
    pixels.reserveCapacity(tensor.height * tensor.width * 3)
    for pixel in 0..<tensor.height * tensor.width {
      for colour in 0..<3 {
        pixels.append(byte(tensor.values[pixel * tensor.channels + colour], colour: colour))
      }
    }
    return RasterImage(width: tensor.width, height: tensor.height, pixels: pixels)
  }

  /// Three channels on the original program's own scale, before they become bytes.
  func colours(_ tensor: Tensor) -> Tensor {
    var values: [Float] = []
    values.reserveCapacity(tensor.height * tensor.width * 3)
    for pixel in 0..<tensor.batch * tensor.height * tensor.width {
      for colour in 0..<3 {
        values.append(value(tensor.values[pixel * tensor.channels + colour], colour: colour))
      }
    }
    return Tensor(
      batch: tensor.batch, height: tensor.height, width: tensor.width, channels: 3, values: values)
  }
}
