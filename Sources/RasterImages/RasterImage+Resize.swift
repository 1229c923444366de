extension RasterImage {
  /// The picture, or a part of it, resampled to another size exactly as Pillow does.
  ///
  /// Two passes, columns first, each rounded to bytes, with weights of 22 fractional bits: the
  /// result has the same bytes as `Image.resize` of Pillow 3.4 and later on an RGB picture.
  ///
  /// - Parameters:
  ///   - target: The size wanted, at least one pixel on each side.
  ///   - filter: The reconstruction filter; widened when shrinking.
  ///   - region: The part of the picture to use, as if it were cropped first (pixels outside it
  ///     have no influence); the whole picture by default.
  ///   - reducingGap: Pillow's `reducing_gap`, at least 1: first shrink by the whole factors that
  ///     leave each side at least this many times the target, by ``reduced(horizontal:vertical:)``.
  /// - Complexity: O(source rows used · target width · taps + target area · taps).
  public func resized(
    to target: PixelSize, filter: ResampleFilter, region: PixelRegion? = nil,
    reducingGap: Double? = nil
  ) -> RasterImage {
    precondition(
      target.width > 0 && target.height > 0, "a picture cannot be resized to \(target)")
    let part = region ?? PixelRegion(x: 0, y: 0, size: size)
    precondition(contains(part), "the region \(part) is not inside a picture of \(size)")
    var source = self
    var extent = (width: Float(part.size.width), height: Float(part.size.height))
    var used = part
    if let reducingGap {
      precondition(reducingGap >= 1, "the reducing gap is \(reducingGap), and must be at least 1")
      let across = max(1, Int(Double(part.size.width) / Double(target.width) / reducingGap))
      let down = max(1, Int(Double(part.size.height) / Double(target.height) / reducingGap))
      if (across > 1 || down > 1) && part.size != target {
        source = cropped(to: part).reduced(horizontal: across, vertical: down)
        extent.width = Float(Double(part.size.width) / Double(across))
        extent.height = Float(Double(part.size.height) / Double(down))
        used = PixelRegion(x: 0, y: 0, size: source.size)
      }
    }
    return source.resampled(
      used, extent: extent, to: target, filter: filter,
      window: PixelRegion(x: 0, y: 0, size: target))
  }

  /// Resamples `region` to `target` and returns only `window` of the result.
  ///
  /// - Parameter extent: The part of `region` that `target` covers, from its top left corner.
  func resampled(
    _ region: PixelRegion, extent: (width: Float, height: Float), to target: PixelSize,
    filter: ResampleFilter, window: PixelRegion
  ) -> RasterImage {
    let isWideEnough =
      target.width == region.size.width && extent.width == Float(region.size.width)
    let isHighEnough =
      target.height == region.size.height && extent.height == Float(region.size.height)
    let columns = window.x..<window.x + window.size.width
    let rows = window.y..<window.y + window.size.height
    let horizontal =
      isWideEnough
      ? nil
      : ResampleAxis(
        sourceCount: region.size.width, extent: extent.width, outputCount: target.width,
        window: columns, filter: filter)
    let vertical =
      isHighEnough
      ? nil
      : ResampleAxis(
        sourceCount: region.size.height, extent: extent.height, outputCount: target.height,
        window: rows, filter: filter)
    var source = region
    if isWideEnough {
      source.x += columns.lowerBound
      source.size.width = columns.count
    }
    if isHighEnough {
      source.y += rows.lowerBound
      source.size.height = rows.count
    }
    return ReferenceResampler.resample(
      cropped(to: source), horizontal: horizontal, vertical: vertical)
  }
}
