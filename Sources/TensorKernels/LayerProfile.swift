/// How long one step of a run took, for tables of layers.
public struct LayerProfile: Sendable {
  /// The layer's label; fused layers go by the convolution that took them in.
  public let label: String
  /// What was computed, and how: `convolution winograd4`, `attention`, `group norm`.
  public let kind: String
  /// `height × width × channels` of the result, without the batch.
  public let height: Int
  /// See `height`.
  public let width: Int
  /// See `height`.
  public let channels: Int
  /// Floating-point operations as the layer is defined (two per multiplication and addition), for
  /// the whole batch; faster algorithms do fewer. 0 for layers that only move or scale numbers.
  public let operations: Double
  /// Wall-clock time.
  public let seconds: Double
  /// Processor time of the whole process, all threads together: on a busy machine a truer measure.
  public let processorSeconds: Double
}

/// A moment in wall-clock and in processor time.
struct Stopwatch {
  private let wall = ContinuousClock.now
  private let processor = processorTime()

  /// Seconds since the stopwatch was made.
  var elapsed: (wall: Double, processor: Double) {
    let components = (ContinuousClock.now - wall).components
    return (
      Double(components.seconds) + Double(components.attoseconds) * 1e-18,
      processorTime() - processor
    )
  }
}

extension Network {
  /// Floating-point operations of all convolutions and attentions at a size, as they are defined.
  ///
  /// - Returns: Two per multiplication and addition, for the whole batch.
  /// - Throws: As a run at this size.
  public func operations(batch: Int = 1, height: Int, width: Int) throws(NetworkError) -> Double {
    let extents = try extents(batch: batch, height: height, width: width)
    return nodes.indices.reduce(0) { $0 + operations(of: $1, extents) } * Double(batch)
  }

  /// Height and width of every output when the inputs have a size.
  ///
  /// - Throws: As a run at this size.
  public func outputExtents(
    height: Int, width: Int
  ) throws(NetworkError) -> [(height: Int, width: Int)] {
    let extents = try extents(batch: 1, height: height, width: width)
    return outputs.map { (extents[$0].height, extents[$0].width) }
  }

  func operations(of index: Int, _ extents: [Extent]) -> Double {
    switch nodes[index].operation {
    case .convolution(let c):
      2 * Double(extents[index].count) * Double(c.inputChannels * c.kernelHeight * c.kernelWidth)
    case .attention:
      4 * Double(extents[index].pixels) * Double(extents[index].count)
    default: 0
    }
  }
}
