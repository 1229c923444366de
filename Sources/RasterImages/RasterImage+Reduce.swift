extension RasterImage {
  /// The picture shrunk by whole factors: each output pixel is the rounded mean of a block.
  ///
  /// Blocks at the right and bottom edge that are cut by the edge take the mean of what is there.
  /// Equal to Pillow's `Image.reduce` byte for byte, whose division by multiplication rounds some
  /// exact halves down.
  ///
  /// - Parameters:
  ///   - horizontal: Source columns per output column, at least 1.
  ///   - vertical: Source rows per output row, at least 1.
  public func reduced(horizontal: Int, vertical: Int) -> RasterImage {
    precondition(
      horizontal > 0 && vertical > 0, "cannot reduce by \(horizontal) and \(vertical)")
    if horizontal == 1 && vertical == 1 { return self }
    let newWidth = (width + horizontal - 1) / horizontal
    let newHeight = (height + vertical - 1) / vertical
    let source = pixels.span
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * 3)
    for y in 0..<newHeight {
      let rows = y * vertical..<min(height, (y + 1) * vertical)
      for x in 0..<newWidth {
        let columns = x * horizontal..<min(width, (x + 1) * horizontal)
        let count = UInt64(rows.count * columns.count)
        let reciprocal = (1 << 24) / count
        for channel in 0..<3 {
          var sum = count / 2
          for row in rows {
            for column in columns {
              sum += UInt64(source[(row * width + column) * 3 + channel])
            }
          }
          result.append(UInt8(truncatingIfNeeded: (sum * reciprocal) >> 24))
        }
      }
    }
    return RasterImage(width: newWidth, height: newHeight, pixels: result)
  }
}
