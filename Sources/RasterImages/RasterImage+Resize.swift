extension RasterImage {
  /// The picture, or a part of it, resampled to another size exactly as Pillow does.
  ///
  /// Two passes, each rounded to bytes, with weights of 22 fractional bits: the result has the same
  /// bytes as `Image.resize` of Pillow on an RGB picture.
  ///
  /// - Parameters:
  ///   - target: The size wanted, at least one pixel on each side.
  ///   - filter: The reconstruction filter; widened when shrinking.
  ///   - region: The part of the picture to use, as if it were cropped first (pixels outside it
  ///     have no influence); the whole picture by default.
  ///   - reducingGap: Pillow's `reducing_gap`, at least 1: first shrink by the whole factors that
  ///     leave each side at least this many times the target, by ``reduced(horizontal:vertical:)``.
  ///   - order: Which pass comes first; the default is that of Pillow 13.
  /// - Complexity: O(source rows used · target width · taps + target area · taps).
  public func resized(
    to target: PixelSize, filter: ResampleFilter, region: PixelRegion? = nil,
    reducingGap: Double? = nil, order: PassOrder = .mostlyColumnsFirst
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
    let plan = Resampler(
      region: used, extent: extent, target: target, filter: filter, order: order,
      window: PixelRegion(x: 0, y: 0, size: target))
    return FastResampler.resample(source, by: plan)
  }
}
