/// A named array of weights that is read only when an engine needs it.
///
/// The shape is known at once, so a network can be checked and described without reading any
/// weights; the numbers are loaded when an engine prepares them, once, and are not kept in their
/// original layout afterwards.
public struct Parameter: Sendable {
  /// The name in the checkpoint (`encoder.conv_in.weight`); errors name it.
  public let name: String
  /// The extents, outermost first: `[out, in, kernelHeight, kernelWidth]` for a convolution,
  /// `[channels]` for a bias, a scale or a shift.
  public let shape: [Int]
  private let read: @Sendable () throws -> [Float]

  /// Describes weights that are read later.
  ///
  /// - Parameters:
  ///   - name: The name in the checkpoint.
  ///   - shape: The extents, outermost first.
  ///   - read: Returns the numbers in row-major order. May be called again for every engine that
  ///     prepares the network; an error it throws is reported with the parameter's name.
  public init(name: String, shape: [Int], read: @escaping @Sendable () throws -> [Float]) {
    self.name = name
    self.shape = shape
    self.read = read
  }

  /// Wraps weights that are already in memory.
  ///
  /// - Parameters:
  ///   - name: The name that errors give.
  ///   - shape: The extents, outermost first.
  ///   - values: The numbers in row-major order.
  public init(name: String, shape: [Int], values: [Float]) {
    self.init(name: name, shape: shape) { values }
  }

  /// How many numbers the shape holds.
  public var count: Int { shape.reduce(1, *) }

  /// Reads the numbers.
  ///
  /// - Returns: `count` numbers in row-major order.
  /// - Throws: `parameterUnreadable` when the reader throws, `parameterCount` when it returns
  ///   another count than the shape says.
  public func load() throws(NetworkError) -> [Float] {
    let values: [Float]
    do {
      values = try read()
    } catch {
      throw NetworkError(.parameterUnreadable("\(error)"), at: name)
    }
    guard values.count == count else {
      throw NetworkError(.parameterCount(expected: count, found: values.count), at: name)
    }
    return values
  }
}
