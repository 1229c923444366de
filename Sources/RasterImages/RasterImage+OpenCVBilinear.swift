extension RasterImage {
  /// OpenCV's `resize` with `INTER_LINEAR` on bytes: two by two pixels, weights of 11 bits.
  ///
  /// Across, the products are kept whole; down, they lose four bits, then sixteen, then two with
  /// rounding, as in OpenCV's vector code, so that bytes agree. Shrinking both sides by exactly
  /// two takes the rounded mean of four pixels, as OpenCV silently does.
  ///
  /// - Parameters:
  ///   - target: The size of the whole result.
  ///   - window: The part of the result wanted.
  func openCVBilinear(to target: PixelSize, window: PixelRegion) -> RasterImage {
    if target == size { return cropped(to: window) }
    if width == 2 * target.width && height == 2 * target.height {
      return reduced(horizontal: 2, vertical: 2).cropped(to: window)
    }
    let across = FixedAxis(
      sourceCount: width, outputCount: target.width,
      window: window.x..<window.x + window.size.width, clampsWeights: true)
    let down = FixedAxis(
      sourceCount: height, outputCount: target.height,
      window: window.y..<window.y + window.size.height, clampsWeights: false)
    var result: [UInt8] = []
    result.reserveCapacity(window.size.width * window.size.height * 3)
    for y in 0..<window.size.height {
      for x in 0..<window.size.width {
        for channel in 0..<3 {
          func blend(_ row: Int) -> Int {
            let line = row * width
            return Int(pixels[(line + across.first[x]) * 3 + channel]) * across.weights[x].0
              + Int(pixels[(line + across.second[x]) * 3 + channel]) * across.weights[x].1
          }
          let upper = (down.weights[y].0 * (blend(down.first[y]) >> 4)) >> 16
          let lower = (down.weights[y].1 * (blend(down.second[y]) >> 4)) >> 16
          result.append(UInt8(clamping: (upper + lower + 2) >> 2))
        }
      }
    }
    return RasterImage(width: window.size.width, height: window.size.height, pixels: result)
  }
}

/// The two source pixels and the 11-bit weights of each output pixel along one axis.
private struct FixedAxis {
  var first: [Int] = []
  var second: [Int] = []
  var weights: [(Int, Int)] = []

  /// - Parameter clampsWeights: Past the border, whether the border pixel gets the whole weight
  ///   (columns) or both weights stay as they are and fall on the same pixel (rows).
  init(sourceCount: Int, outputCount: Int, window: Range<Int>, clampsWeights: Bool) {
    let scale = 1 / (Double(outputCount) / Double(sourceCount))
    for output in window {
      let position = Float((Double(output) + 0.5) * scale - 0.5)
      let start = Int(position.rounded(.down))
      let isOutside = start < 0 || start >= sourceCount - 1
      let fraction = clampsWeights && isOutside ? 0 : position - Float(start)
      first.append(min(max(start, 0), sourceCount - 1))
      second.append(min(max(start + 1, 0), sourceCount - 1))
      weights.append((Self.fixed(1 - fraction), Self.fixed(fraction)))
    }
  }

  private static func fixed(_ weight: Float) -> Int {
    Int((weight * 2048).rounded(.toNearestOrEven))
  }
}
