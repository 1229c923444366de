extension RasterImage {
  /// Width and height together.
  public var size: PixelSize { PixelSize(width: width, height: height) }

  /// The part of the picture inside `region`.
  ///
  /// - Parameter region: Must lie inside the picture and hold at least one pixel; otherwise this
  ///   traps.
  public func cropped(to region: PixelRegion) -> RasterImage {
    precondition(contains(region), "the region \(region) is not inside a picture of \(size)")
    if region.size == size { return self }
    var result: [UInt8] = []
    result.reserveCapacity(region.size.width * region.size.height * 3)
    for y in region.y..<region.y + region.size.height {
      let start = (y * width + region.x) * 3
      result.append(contentsOf: pixels[start..<start + region.size.width * 3])
    }
    return RasterImage(width: region.size.width, height: region.size.height, pixels: result)
  }

  /// Whether `region` holds at least one pixel and lies inside the picture.
  func contains(_ region: PixelRegion) -> Bool {
    region.x >= 0 && region.y >= 0 && region.size.width > 0 && region.size.height > 0
      && region.size.width <= width - region.x && region.size.height <= height - region.y
  }
}
