extension Network {
  /// The extent of every value when the inputs have the given size.
  ///
  /// - Returns: One extent per node.
  /// - Throws: `tooSmall` when a layer is left without pixels, `sizes` when two operands of one
  ///   operation differ, `tooLarge` when a value would not fit into the address space.
  func extents(batch: Int, height: Int, width: Int) throws(NetworkError) -> [Extent] {
    var extents: [Extent] = []
    extents.reserveCapacity(nodes.count)
    for node in nodes {
      var extent = Extent(height: height, width: width, channels: node.channels)
      if let first = node.operands.first {
        extent.height = extents[first].height
        extent.width = extents[first].width
      }
      switch node.operation {
      case .convolution(let c):
        let padding = c.padding
        let rows = extent.height + padding.top + padding.bottom - c.kernelHeight
        let columns = extent.width + padding.left + padding.right - c.kernelWidth
        extent.height = rows < 0 ? 0 : rows / c.stride + 1
        extent.width = columns < 0 ? 0 : columns / c.stride + 1
      case .averagePool2x2, .maxPool2x2:
        extent.height /= 2
        extent.width /= 2
      case .upsampleNearest2x, .haarSynthesis:
        extent.height *= 2
        extent.width *= 2
      case .resizeNearest:
        extent.height = extents[node.operands[1]].height
        extent.width = extents[node.operands[1]].width
      case .add, .multiply, .attention:
        for operand in node.operands.dropFirst() {
          let other = extents[operand]
          guard (other.height, other.width) == (extent.height, extent.width) else {
            throw NetworkError(
              .sizes(
                expectedHeight: extent.height, expectedWidth: extent.width,
                foundHeight: other.height, foundWidth: other.width), at: node.label)
          }
        }
      case .input, .groupNorm, .swish, .relu: break
      }
      guard extent.height > 0, extent.width > 0, batch > 0 else {
        throw NetworkError(.tooSmall(height: height, width: width), at: node.label)
      }
      // 2^46 bytes: below what any machine maps, and far from overflow in index arithmetic.
      var count = Int64(1)
      for factor in [batch, extent.height, extent.width, extent.channels] {
        let (product, overflow) = count.multipliedReportingOverflow(by: Int64(factor))
        guard !overflow, product <= 1 << 44 else {
          throw NetworkError(.tooLarge(height: height, width: width), at: node.label)
        }
        count = product
      }
      extents.append(extent)
    }
    return extents
  }
}
