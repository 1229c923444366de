/// A value of the reference engine: NHWC like `Tensor`, in double precision.
struct FeatureMap {
  let batch: Int
  let extent: Extent
  var values: [Double]

  init(batch: Int, extent: Extent) {
    self.batch = batch
    self.extent = extent
    values = [Double](repeating: 0, count: batch * extent.count)
  }

  init(_ tensor: Tensor) {
    batch = tensor.batch
    extent = Extent(height: tensor.height, width: tensor.width, channels: tensor.channels)
    values = tensor.values.map { Double($0) }
  }

  var tensor: Tensor {
    Tensor(
      batch: batch, height: extent.height, width: extent.width, channels: extent.channels,
      values: values.map { Float($0) })
  }

  /// Where the channels of one pixel begin.
  private func offset(_ item: Int, _ row: Int, _ column: Int) -> Int {
    ((item * extent.height + row) * extent.width + column) * extent.channels
  }

  func map(_ transform: (Double) -> Double) -> FeatureMap {
    var result = self
    for index in result.values.indices { result.values[index] = transform(values[index]) }
    return result
  }

  func zip(_ other: FeatureMap, _ combine: (Double, Double) -> Double) -> FeatureMap {
    var result = self
    for index in result.values.indices {
      result.values[index] = combine(values[index], other.values[index])
    }
    return result
  }

  /// The result's pixel (row, column) is this map's pixel `source(row, column)`.
  func gathered(to extent: Extent, source: (Int, Int) -> (Int, Int)) -> FeatureMap {
    var result = FeatureMap(batch: batch, extent: extent)
    for item in 0..<batch {
      for row in 0..<extent.height {
        for column in 0..<extent.width {
          let (sourceRow, sourceColumn) = source(row, column)
          let from = offset(item, sourceRow, sourceColumn)
          let to = result.offset(item, row, column)
          for channel in 0..<extent.channels {
            result.values[to + channel] = values[from + channel]
          }
        }
      }
    }
    return result
  }

  /// Combines each 2x2 square.
  func pooled(
    to extent: Extent, combine: (Double, Double, Double, Double) -> Double
  ) -> FeatureMap {
    var result = FeatureMap(batch: batch, extent: extent)
    for item in 0..<batch {
      for row in 0..<extent.height {
        for column in 0..<extent.width {
          let above = offset(item, 2 * row, 2 * column)
          let below = offset(item, 2 * row + 1, 2 * column)
          let to = result.offset(item, row, column)
          for channel in 0..<extent.channels {
            result.values[to + channel] = combine(
              values[above + channel], values[above + extent.channels + channel],
              values[below + channel], values[below + extent.channels + channel])
          }
        }
      }
    }
    return result
  }

  /// - Parameter weight: `[out, in, kernelHeight, kernelWidth]`.
  func convolved(
    _ c: Network.Convolution, weight: [Double], bias: [Double]?, to extent: Extent
  ) -> FeatureMap {
    var result = FeatureMap(batch: batch, extent: extent)
    let kernel = c.kernelHeight * c.kernelWidth
    // Outputs innermost, so that the inner loop runs over neighbours in memory.
    var transposed = [Double](repeating: 0, count: weight.count)
    for output in 0..<c.outputChannels {
      for input in 0..<c.inputChannels {
        for tap in 0..<kernel {
          transposed[(tap * c.inputChannels + input) * c.outputChannels + output] =
            weight[(output * c.inputChannels + input) * kernel + tap]
        }
      }
    }
    var sums = [Double](repeating: 0, count: c.outputChannels)
    for item in 0..<batch {
      for row in 0..<extent.height {
        for column in 0..<extent.width {
          for output in sums.indices { sums[output] = bias?[output] ?? 0 }
          for tap in 0..<kernel {
            let y = row * c.stride + tap / c.kernelWidth - c.padding.top
            let x = column * c.stride + tap % c.kernelWidth - c.padding.left
            guard y >= 0, y < self.extent.height, x >= 0, x < self.extent.width else { continue }
            let pixel = offset(item, y, x)
            for input in 0..<c.inputChannels {
              let row = (tap * c.inputChannels + input) * c.outputChannels
              addProduct(
                of: values[pixel + input],
                and: transposed.span.extracting(row..<row + sums.count), to: &sums)
            }
          }
          let to = result.offset(item, row, column)
          for output in sums.indices { result.values[to + output] = sums[output] }
        }
      }
    }
    return result
  }

  func groupNormalized(_ norm: Network.GroupNorm, scale: [Double], shift: [Double]) -> FeatureMap {
    var result = self
    let size = extent.channels / norm.groups
    let count = Double(extent.pixels * size)
    for item in 0..<batch {
      for group in 0..<norm.groups {
        func forEach(_ body: (Int, Int) -> Void) {
          for pixel in 0..<extent.pixels {
            for channel in group * size..<(group + 1) * size {
              body((item * extent.pixels + pixel) * extent.channels + channel, channel)
            }
          }
        }
        var mean = 0.0
        forEach { index, _ in mean += values[index] }
        mean /= count
        var variance = 0.0
        forEach { index, _ in variance += (values[index] - mean) * (values[index] - mean) }
        let factor = 1 / (variance / count + norm.epsilon).squareRoot()
        forEach { index, channel in
          result.values[index] = (values[index] - mean) * factor * scale[channel] + shift[channel]
        }
      }
    }
    return result
  }

  /// `self` holds the queries.
  func attending(keys: FeatureMap, values: FeatureMap) -> FeatureMap {
    var result = self
    let (pixels, channels) = (extent.pixels, extent.channels)
    let factor = 1 / Double(channels).squareRoot()
    var weights = [Double](repeating: 0, count: pixels)
    var sums = [Double](repeating: 0, count: channels)
    for item in 0..<batch {
      for query in 0..<pixels {
        let queryOffset = (item * pixels + query) * channels
        var largest = -Double.infinity
        for key in 0..<pixels {
          let keyOffset = (item * pixels + key) * channels
          var score = 0.0
          for c in 0..<channels {
            score += self.values[queryOffset + c] * keys.values[keyOffset + c]
          }
          weights[key] = score * factor
          largest = max(largest, weights[key])
        }
        var total = 0.0
        for key in 0..<pixels {
          weights[key] = exponential(weights[key] - largest)
          total += weights[key]
        }
        for c in 0..<channels { sums[c] = 0 }
        for key in 0..<pixels {
          let valueOffset = (item * pixels + key) * channels
          addProduct(
            of: weights[key] / total,
            and: values.values.span.extracting(valueOffset..<valueOffset + channels), to: &sums)
        }
        for c in 0..<channels { result.values[queryOffset + c] = sums[c] }
      }
    }
    return result
  }

  func haarSynthesized(to extent: Extent) -> FeatureMap {
    var result = FeatureMap(batch: batch, extent: extent)
    for item in 0..<batch {
      for row in 0..<self.extent.height {
        for column in 0..<self.extent.width {
          let from = offset(item, row, column)
          for colour in 0..<extent.channels {
            let bands = from + extent.channels + 3 * colour
            let (ll, lh) = (values[from + colour], values[bands])
            let (hl, hh) = (values[bands + 1], values[bands + 2])
            let above = result.offset(item, 2 * row, 2 * column) + colour
            let below = result.offset(item, 2 * row + 1, 2 * column) + colour
            result.values[above] = (ll + lh + hl + hh) / 2
            result.values[above + extent.channels] = (ll + lh - hl - hh) / 2
            result.values[below] = (ll - lh + hl - hh) / 2
            result.values[below + extent.channels] = (ll - lh - hl + hh) / 2
          }
        }
      }
    }
    return result
  }
}

/// `sums += factor * row`, the inner loop of every product.
private func addProduct(of factor: Double, and row: Span<Double>, to sums: inout [Double]) {
  for index in 0..<row.count { sums[index] += factor * row[index] }
}
