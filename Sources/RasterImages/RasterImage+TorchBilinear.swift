extension RasterImage {
  /// PyTorch's `interpolate(mode="bilinear", align_corners=False)` on a byte picture by way of
  /// 32-bit floats, rounded half to even: what torchvision does to a byte tensor.
  ///
  /// - Parameters:
  ///   - target: The size of the whole result.
  ///   - antialias: Whether the triangle filter widens when shrinking; without it only two by two
  ///     pixels are ever looked at.
  ///   - window: The part of the result wanted.
  func torchBilinear(to target: PixelSize, antialias: Bool, window: PixelRegion) -> RasterImage {
    if target == size { return cropped(to: window) }
    let across = FloatAxis(
      sourceCount: width, outputCount: target.width,
      window: window.x..<window.x + window.size.width, antialias: antialias)
    let down = FloatAxis(
      sourceCount: height, outputCount: target.height,
      window: window.y..<window.y + window.size.height, antialias: antialias)
    let rowLength = window.size.width * 3
    let rows = down.sourceRange
    var columnsDone = [Float](repeating: 0, count: rows.count * rowLength)
    for row in rows {
      for x in 0..<window.size.width {
        for channel in 0..<3 {
          let start = (row * width + across.starts[x]) * 3 + channel
          columnsDone[(row - rows.lowerBound) * rowLength + x * 3 + channel] =
            across.sum(at: x) { tap in Float(pixels[start + 3 * tap]) }
        }
      }
    }
    var result: [UInt8] = []
    result.reserveCapacity(window.size.height * rowLength)
    for y in 0..<window.size.height {
      for byte in 0..<rowLength {
        let start = (down.starts[y] - rows.lowerBound) * rowLength + byte
        let sum = down.sum(at: y) { tap in columnsDone[start + tap * rowLength] }
        result.append(UInt8(min(255, max(0, sum.rounded(.toNearestOrEven)))))
      }
    }
    return RasterImage(width: window.size.width, height: window.size.height, pixels: result)
  }
}

/// The weights of one axis of PyTorch's bilinear interpolation, in 32-bit floats as there.
private struct FloatAxis {
  var starts: [Int] = []
  var counts: [Int] = []
  var weights: [Float] = []
  let tapCount: Int
  let antialias: Bool

  var sourceRange: Range<Int> {
    let high = zip(starts, counts).map { $0 + $1 }.max() ?? 0
    return (starts.min() ?? 0)..<high
  }

  /// The weighted sum of one output, in the order and with the roundings of PyTorch's vector code
  /// (measured with 2.15 on AVX-512): products are rounded before they are added in whole groups
  /// of four taps after the first, and fused with the addition in what is left.
  func sum(at output: Int, _ value: (_ tap: Int) -> Float) -> Float {
    let base = output * tapCount
    let count = counts[output]
    if !antialias {
      let second = count == 2 ? value(1) * weights[base + 1] : 0
      return second.addingProduct(value(0), weights[base])
    }
    var sum = value(0) * weights[base]
    let grouped = 1 + (count - 1) / 4 * 4
    for tap in 1..<max(1, grouped) { sum += value(tap) * weights[base + tap] }
    for tap in grouped..<max(grouped, count) {
      sum.addProduct(value(tap), weights[base + tap])
    }
    return sum
  }

  init(sourceCount: Int, outputCount: Int, window: Range<Int>, antialias: Bool) {
    self.antialias = antialias
    let scale = Float(sourceCount) / Float(outputCount)
    guard antialias else {
      tapCount = 2
      for output in window {
        let position = max(0, scale * (Float(output) + 0.5) - 0.5)
        let start = min(Int(position), sourceCount - 1)
        let fraction = min(max(position - Float(start), 0), 1)
        starts.append(start)
        counts.append(start + 1 < sourceCount ? 2 : 1)
        weights += start + 1 < sourceCount ? [1 - fraction, fraction] : [1, 0]
      }
      return
    }
    let support = max(scale, 1)
    let inverse = scale >= 1 ? 1 / scale : 1
    tapCount = Int(support.rounded(.up)) * 2 + 1
    for output in window {
      let centre = Float(Double(scale) * (Double(output) + 0.5))
      let start = max(Int(Double(centre - support) + 0.5), 0)
      let count = min(Int(Double(centre + support) + 0.5), sourceCount) - start
      var taps = [Float](repeating: 0, count: tapCount)
      var sum: Float = 0
      for tap in 0..<count {
        let distance = Float((Double(Float(tap + start) - centre) + 0.5) * Double(inverse))
        taps[tap] = max(0, 1 - distance.magnitude)
        sum += taps[tap]
      }
      starts.append(start)
      counts.append(count)
      weights += taps.map { sum == 0 ? $0 : $0 / sum }
    }
  }
}
