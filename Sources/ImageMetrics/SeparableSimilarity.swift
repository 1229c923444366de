import RasterImages

/// SSIM by a Gaussian over rows, then over columns.
///
/// Variances come as E[x²] − E[x]²; in double precision the cancellation is harmless. Only the sum
/// of both variances enters the formula, so four filtered quantities suffice: x, y, x² + y² and xy.
/// They stand one after the other in each row buffer. Red, green and blue stay interleaved: one
/// pixel on is three samples on.
struct SeparableSimilarity {
  private static let quantities = 4

  private let picture: RasterImage
  private let other: RasterImage
  /// Samples per quantity before and after the horizontal filter: 3 per pixel or window position.
  private let sourceLength: Int
  private let filteredLength: Int

  /// Prepares for two pictures of equal size, at least 11 × 11.
  init(_ picture: RasterImage, _ other: RasterImage) {
    self.picture = picture
    self.other = other
    sourceLength = picture.width * 3
    filteredLength = (picture.width - StructuralSimilarity.windowSize + 1) * 3
  }

  func mean() -> Double {
    let window = StructuralSimilarity.windowSize
    let weights = StructuralSimilarity.weights
    var source = [Double](repeating: 0, count: Self.quantities * sourceLength)
    var sums = [Double](repeating: 0, count: Self.quantities * filteredLength)
    // The last 11 rows after horizontal filtering, as a ring: row r lies at slot r % 11.
    var ring = [[Double]](repeating: sums, count: window)
    var total = 0.0
    for row in 0..<picture.height {
      load(row, into: &source)
      filterHorizontally(source, into: &ring[row % window])
      guard row >= window - 1 else { continue }
      for tap in 0..<window {
        let slot = (row + 1 + tap) % window
        let filtered = ring[slot]
        Self.accumulate(filtered.span, weights[tap], into: &sums, at: 0, first: tap == 0)
      }
      total += similaritySum(sums.span)
    }
    return total / Double((picture.height - window + 1) * filteredLength)
  }

  private func load(_ row: Int, into target: inout [Double]) {
    let range = row * sourceLength..<(row + 1) * sourceLength
    let first = picture.pixels.span.extracting(range)
    let second = other.pixels.span.extracting(range)
    var target = target.mutableSpan
    for index in 0..<sourceLength {
      let x = Double(first[index])
      let y = Double(second[index])
      target[index] = x
      target[sourceLength + index] = y
      target[2 * sourceLength + index] = x * x + y * y
      target[3 * sourceLength + index] = x * y
    }
  }

  private func filterHorizontally(_ source: [Double], into target: inout [Double]) {
    let weights = StructuralSimilarity.weights
    for quantity in 0..<Self.quantities {
      for tap in weights.indices {
        let start = quantity * sourceLength + tap * 3
        Self.accumulate(
          source.span.extracting(start..<start + filteredLength), weights[tap],
          into: &target, at: quantity * filteredLength, first: tap == 0)
      }
    }
  }

  /// `target[start...] = weight · source`, or `+=` after the first tap: the loop that must
  /// vectorize.
  private static func accumulate(
    _ source: Span<Double>, _ weight: Double, into target: inout [Double], at start: Int,
    first: Bool
  ) {
    var target = target.mutableSpan
    if first {
      for index in 0..<source.count { target[start + index] = weight * source[index] }
    } else {
      for index in 0..<source.count { target[start + index] += weight * source[index] }
    }
  }

  /// The sum of SSIM over one row of window positions and channels.
  private func similaritySum(_ means: Span<Double>) -> Double {
    let c1 = StructuralSimilarity.meanConstant
    let c2 = StructuralSimilarity.varianceConstant
    var sum = 0.0
    for index in 0..<filteredLength {
      let x = means[index]
      let y = means[filteredLength + index]
      let product = x * y
      let squares = x * x + y * y
      let variances = means[2 * filteredLength + index] - squares
      let covariance = means[3 * filteredLength + index] - product
      sum +=
        (2 * product + c1) * (2 * covariance + c2) / ((squares + c1) * (variances + c2))
    }
    return sum
  }
}
