/// Both passes of a resize: which weights, in which order.
package struct Resampler: Hashable, Sendable {
  /// The part of the source that is looked at, as if it were cropped first.
  package let region: PixelRegion
  /// Weights across, or nil when columns stay as they are.
  package let horizontal: ResampleAxis?
  /// Weights down, or nil when rows stay as they are.
  package let vertical: ResampleAxis?
  /// Whether the rows are resampled before the columns.
  package let takesRowsFirst: Bool

  /// Plans a resize of `region` to `target` of which only `window` is computed.
  ///
  /// - Parameter extent: The part of `region` that `target` covers, from its top left corner.
  package init(
    region: PixelRegion, extent: (width: Float, height: Float), target: PixelSize,
    filter: ResampleFilter, order: PassOrder, window: PixelRegion
  ) {
    let columns = window.x..<window.x + window.size.width
    let rows = window.y..<window.y + window.size.height
    var region = region
    let whole = region.size
    if target.width == whole.width && extent.width == Float(whole.width) {
      horizontal = nil
      region.x += columns.lowerBound
      region.size.width = columns.count
    } else {
      horizontal = ResampleAxis(
        sourceCount: whole.width, extent: extent.width, outputCount: target.width,
        window: columns, filter: filter)
    }
    if target.height == whole.height && extent.height == Float(whole.height) {
      vertical = nil
      region.y += rows.lowerBound
      region.size.height = rows.count
    } else if whole.width == whole.height && extent.width == extent.height
      && target.width == target.height && columns == rows
    {
      // Squares of squares, the common case, need one set of weights.
      vertical = horizontal
    } else {
      vertical = ResampleAxis(
        sourceCount: whole.height, extent: extent.height, outputCount: target.height,
        window: rows, filter: filter)
    }
    self.region = region
    takesRowsFirst = order.takesRowsFirst(from: whole, to: target)
  }
}

/// Which of the two passes of a resize comes first. As bytes are rounded in between, the order
/// shows in the result, by a level here and there.
public enum PassOrder: Hashable, Sendable {
  /// Columns (across) before rows: Pillow 3.4 to 12, and so every result published before 2026.
  case columnsFirst
  /// Rows first when a picture loses more than twice as many rows as columns, otherwise columns
  /// first: Pillow 13. Squares made of squares, and landscapes kept in proportion, are the same
  /// in both orders.
  case mostlyColumnsFirst

  func takesRowsFirst(from source: PixelSize, to target: PixelSize) -> Bool {
    switch self {
    case .columnsFirst: false
    case .mostlyColumnsFirst:
      target.height < source.height
        && source.height - target.height > 2 * max(0, source.width - target.width)
    }
  }
}
