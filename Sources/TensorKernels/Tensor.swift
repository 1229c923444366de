/// A batch of feature maps: `batch` × `height` × `width` × `channels`, fp32, channels innermost
/// (NHWC).
///
/// A picture of three colours is a tensor of one item and three channels; a grid of latents has as
/// many channels as the codebook has dimensions.
public struct Tensor: Equatable, Sendable {
  /// How many pictures lie behind one another.
  public let batch: Int
  /// Rows of each picture.
  public let height: Int
  /// Columns of each picture.
  public let width: Int
  /// Numbers per pixel.
  public let channels: Int
  /// The numbers, `batch * height * width * channels` of them, channels varying fastest.
  public let values: [Float]

  /// Wraps NHWC values.
  ///
  /// - Parameters:
  ///   - batch: Pictures, at least 0.
  ///   - height: Rows, at least 0.
  ///   - width: Columns, at least 0.
  ///   - channels: Numbers per pixel, at least 0.
  ///   - values: Exactly `batch * height * width * channels` numbers; any other count traps.
  public init(batch: Int = 1, height: Int, width: Int, channels: Int, values: [Float]) {
    precondition(
      batch >= 0 && height >= 0 && width >= 0 && channels >= 0
        && values.count == batch * height * width * channels,
      "\(batch)×\(height)×\(width)×\(channels) numbers are not \(values.count)")
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
    self.values = values
  }
}

/// The extent of one value of a network once the size of its input is known.
struct Extent: Hashable, Sendable {
  var height: Int
  var width: Int
  var channels: Int

  var pixels: Int { height * width }
  var count: Int { height * width * channels }
}
