/// The weights of one pass of the resampler: which source pixels make each output pixel.
///
/// Weights are fixed-point numbers with ``fractionBits`` bits after the point, rounded half away
/// from zero; the weights of one output pixel add up to about 1.
///
/// Source: the method of Pillow's `Resample.c`, in which each output pixel is a weighted mean over
/// the filter's support, widened by the scale when shrinking.
package struct ResampleAxis: Hashable, Sendable {
  /// Bits after the point: 32 less 8 for the pixel and 2 for overshoot.
  static let fractionBits = 22

  /// The first source pixel of each output pixel.
  let starts: [Int32]
  /// How many source pixels each output pixel uses, at most ``tapCount``.
  let counts: [Int32]
  /// `tapCount` weights for each output pixel; those past its count are zero.
  let weights: [Int32]
  /// Weights stored per output pixel.
  let tapCount: Int

  /// How many output pixels there are.
  var outputCount: Int { starts.count }

  /// The source pixels that the outputs touch.
  var sourceRange: Range<Int> {
    var low = Int.max
    var high = 0
    for index in starts.indices {
      low = min(low, Int(starts[index]))
      high = max(high, Int(starts[index] + counts[index]))
    }
    return low..<high
  }

  /// Computes the weights of one axis.
  ///
  /// - Parameters:
  ///   - sourceCount: Pixels along the axis in the source, at least 1.
  ///   - extent: The length of the source that the output covers, in pixels from the first one;
  ///     less than `sourceCount` where a reduced picture ends in a partial block.
  ///   - outputCount: Pixels that cover `extent`, at least 1.
  ///   - window: The output pixels wanted, inside `0..<outputCount`.
  ///   - filter: The filter.
  init(
    sourceCount: Int, extent: Float, outputCount: Int, window: Range<Int>, filter: ResampleFilter
  ) {
    let scale = Double(extent) / Double(outputCount)
    let filterScale = max(scale, 1)
    let support = filter.support * filterScale
    let tapLimit = min(Int(support.rounded(.up)) * 2 + 1, sourceCount)
    var starts: [Int32] = []
    var counts: [Int32] = []
    var weights: [Int32] = []
    starts.reserveCapacity(window.count)
    counts.reserveCapacity(window.count)
    weights.reserveCapacity(window.count * tapLimit)
    var exact = [Double](repeating: 0, count: tapLimit)
    for output in window {
      let centre = (Double(output) + 0.5) * scale
      let start = max(0, Int(centre - support + 0.5))
      let end = min(sourceCount, Int(centre + support + 0.5))
      let count = max(0, end - start)
      var sum = 0.0
      for tap in 0..<count {
        let distance = (Double(tap + start) - centre + 0.5) * (1 / filterScale)
        exact[tap] = filter.weight(distance)
        sum += exact[tap]
      }
      for tap in 0..<tapLimit {
        let weight = tap < count ? (sum != 0 ? exact[tap] / sum : exact[tap]) : 0
        let fixed = weight * Double(1 << Self.fractionBits)
        weights.append(Int32(fixed < 0 ? fixed - 0.5 : fixed + 0.5))
      }
      starts.append(Int32(start))
      counts.append(Int32(count))
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
    self.tapCount = tapLimit
  }
}
