extension Plan.Cut {
  /// Bytes of transformed input that one thread keeps in its cache while it multiplies.
  private static let transformedBytes = 640 << 10
  /// Tasks that a picture is cut into where it is large enough.
  private static let wantedTasks = 16

  /// Divides a convolution's output.
  ///
  /// - Parameters:
  ///   - output: The extent of the result.
  ///   - stride: Floats per input pixel.
  init(
    _ convolution: Network.Convolution, _ method: Method, output: Extent, stride: Int
  ) {
    let tile = method.tile
    switch method {
    case .winograd2, .winograd4:
      let tileRows = (output.height + tile - 1) / tile
      let tileColumns = (output.width + tile - 1) / tile
      let positions = (tile + 2) * (tile + 2)
      taskColumns = tileColumns * tile
      if tileRows * tileColumns * tile * tile <= 32 * 32 {
        isShared = true
        taskRows = max(1, tileRows / 8) * tile
        let band = max(1, min(tileRows, 256 / tileColumns))
        sharedTiles = band * tileColumns
        slots = (tileRows + band - 1) / band
      } else {
        chunkTiles = max(8, Self.transformedBytes / (4 * positions * stride))
        taskRows = max(1, (tileRows + Self.wantedTasks - 1) / Self.wantedTasks) * tile
        slots = (output.height + taskRows - 1) / taskRows
      }
    case .upsampled:
      taskColumns = output.width
      taskRows = max(1, (output.height / 2 + Self.wantedTasks - 1) / Self.wantedTasks) * 2
      slots = (output.height + taskRows - 1) / taskRows
    case .direct, .fewResults:
      taskColumns = output.width
      taskRows = max(1, (output.height + Self.wantedTasks - 1) / Self.wantedTasks)
      slots = (output.height + taskRows - 1) / taskRows
    }
  }

  /// Floats of the transformed input of a shared convolution.
  func transformedCount(
    _ convolution: Network.Convolution, policy: Policy, output: Extent, stride: Int, batch: Int
  ) -> Int {
    let tile = Method(convolution, isUpsampled: false, policy: policy).tile
    let tiles = (output.height + tile - 1) / tile * ((output.width + tile - 1) / tile)
    return (tile + 2) * (tile + 2) * batch * tiles * (stride + 16)
  }
}
