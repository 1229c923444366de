extension Plan.Cut {
  /// Bytes of transformed input that one thread keeps in its cache while it multiplies.
  private static let transformedBytes = 480 << 10
  /// Tiles of a shared transform that one task multiplies.
  private static let bandTiles = 128
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
    case .winograd2, .winograd4, .upsampled:
      let tileRows = (output.height + tile - 1) / tile
      let tileColumns = (output.width + tile - 1) / tile
      let tiles = tileRows * tileColumns
      taskColumns = tileColumns * tile
      // Few tiles, or heavy weights and not many: then reading the weights is what costs.
      let weights = convolution.inputChannels * convolution.outputChannels
      if tiles <= 64 || tiles <= 256 && weights >= 256 * 512 {
        isShared = true
        taskRows = max(1, tileRows / 8) * tile
        let band = max(1, min(tileRows, Self.bandTiles / tileColumns))
        sharedTiles = band * tileColumns
        taskPanels = 2
        slots = (tileRows + band - 1) / band
      } else {
        chunkTiles = max(8, Self.transformedBytes / (4 * method.storedPositions * stride))
        taskRows = max(1, (tileRows + Self.wantedTasks - 1) / Self.wantedTasks) * tile
        slots = (output.height + taskRows - 1) / taskRows
      }
    case .direct, .fewResults, .matrix:
      taskColumns = output.width
      taskRows = max(1, (output.height + Self.wantedTasks - 1) / Self.wantedTasks)
      slots = (output.height + taskRows - 1) / taskRows
    }
  }

  /// Floats of the transformed input of a shared convolution.
  func transformedCount(_ method: Method, output: Extent, stride: Int, batch: Int) -> Int {
    let tile = method.tile
    let tiles = (output.height + tile - 1) / tile * ((output.width + tile - 1) / tile)
    return method.storedPositions * batch * tiles * (stride + 16)
  }
}
