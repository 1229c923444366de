package import CResizeKernels

/// The resampler in use: the kernels of `CResizeKernels`, on as few rows and columns as the result
/// depends on. Equal to ``ReferenceResampler`` byte for byte, as all arithmetic is on integers.
package enum FastResampler {
  /// - Parameter level: The instruction set; every level gives the same bytes.
  package static func resample(
    _ image: RasterImage, by plan: Resampler,
    level: tessera_resize_level = tessera_resize_best_level()
  ) -> RasterImage {
    let region = plan.region
    guard plan.horizontal != nil || plan.vertical != nil else { return image.cropped(to: region) }
    // Only what the second pass will look at is given to the first.
    let rows = plan.vertical?.sourceRange ?? 0..<region.size.height
    let columns = plan.horizontal?.sourceRange ?? 0..<region.size.width
    let source = PixelRegion(
      x: region.x + columns.lowerBound, y: region.y + rows.lowerBound,
      size: PixelSize(width: columns.count, height: rows.count))
    let horizontal = plan.horizontal.map { SplitAxis($0, origin: columns.lowerBound) }
    let vertical =
      plan.vertical == plan.horizontal
      ? horizontal : plan.vertical.map { SplitAxis($0, origin: rows.lowerBound) }
    var current = image
    var part = source
    for isAcross in plan.takesRowsFirst ? [false, true] : [true, false] {
      guard let axis = isAcross ? horizontal : vertical else { continue }
      let size = PixelSize(
        width: isAcross ? axis.outputCount : part.size.width,
        height: isAcross ? part.size.height : axis.outputCount)
      let pixels = unsafe [UInt8](unsafeUninitializedCapacity: size.width * size.height * 3) {
        buffer, count in
        // SAFETY: the buffer holds the whole result, and `part` lies inside `current`.
        unsafe axis.apply(
          to: current, part: part, across: isAcross, level: level, target: buffer.baseAddress!)
        count = size.width * size.height * 3
      }
      current = RasterImage(width: size.width, height: size.height, pixels: pixels)
      part = PixelRegion(x: 0, y: 0, size: size)
    }
    return current
  }
}

/// Weights in the form the kernels want: two 16-bit halves, taps padded to a multiple of four.
private struct SplitAxis {
  let starts: [Int32]
  let low: [Int16]
  let high: [Int16]
  let tapCount: Int

  var outputCount: Int { starts.count }

  /// - Parameter origin: The source pixel that the kernel will know as number 0.
  init(_ axis: ResampleAxis, origin: Int) {
    let tapCount = (axis.tapCount + 3) / 4 * 4
    var low = [Int16](repeating: 0, count: axis.outputCount * tapCount)
    var high = low
    for output in 0..<axis.outputCount {
      for tap in 0..<axis.tapCount {
        let weight = axis.weights[output * axis.tapCount + tap]
        low[output * tapCount + tap] = Int16(weight & 0x7FFF)
        high[output * tapCount + tap] = Int16(weight >> 15)
      }
    }
    self.starts = axis.starts.map { $0 - Int32(origin) }
    self.low = low
    self.high = high
    self.tapCount = tapCount
  }

  /// Runs one pass over `part` of `image`.
  ///
  /// - Parameter target: Room for the result; `part` must lie inside the picture, and the starts
  ///   inside `part`.
  @unsafe func apply(
    to image: RasterImage, part: PixelRegion, across: Bool, level: tessera_resize_level,
    target: UnsafeMutablePointer<UInt8>
  ) {
    unsafe starts.withUnsafeBufferPointer { starts in
      unsafe low.withUnsafeBufferPointer { low in
        unsafe high.withUnsafeBufferPointer { high in
          unsafe image.pixels.withUnsafeBufferPointer { pixels in
            var axis = unsafe tessera_resize_axis(
              starts: starts.baseAddress, low: low.baseAddress, high: high.baseAddress,
              outputs: outputCount, taps: tapCount)
            // SAFETY: the part lies inside the picture; the kernels read no byte past
            // `source_end` across, and no row past the last one down.
            let end = unsafe pixels.baseAddress! + pixels.count
            let source =
              unsafe pixels.baseAddress! + (part.y * image.width + part.x) * 3
            if across {
              unsafe tessera_resize_across(
                level, &axis, source, end, part.size.width, image.width * 3, part.size.height,
                target)
            } else {
              unsafe tessera_resize_down(
                level, &axis, source, part.size.width * 3, image.width * 3, part.size.height,
                target)
            }
          }
        }
      }
    }
  }
}
