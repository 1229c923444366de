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
      window: window.x..<window.x + window.size.width)
    let down = FixedAxis(
      sourceCount: height, outputCount: target.height,
      window: window.y..<window.y + window.size.height)
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

  init(sourceCount: Int, outputCount: Int, window: Range<Int>) {
    let scale = 1 / (Double(outputCount) / Double(sourceCount))
    for output in window {
      let position = Float((Double(output) + 0.5) * scale - 0.5)
      var start = Int(position.rounded(.down))
      var fraction = position - Float(start)
      if start < 0 { (start, fraction) = (0, 0) }
      if start >= sourceCount - 1 { (start, fraction) = (sourceCount - 1, 0) }
      first.append(start)
      second.append(min(start + 1, sourceCount - 1))
      weights.append((Self.fixed(1 - fraction), Self.fixed(fraction)))
    }
  }

  private static func fixed(_ weight: Float) -> Int {
    Int((weight * 2048).rounded(.toNearestOrEven))
  }
}
