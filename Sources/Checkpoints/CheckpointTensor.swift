/// One named tensor of a checkpoint; its numbers stay in the file until they are asked for.
public struct CheckpointTensor: Sendable {
  /// The name, as the file spells it.
  public let name: String
  /// How each number is stored.
  public let elementType: ElementType
  /// The extents, outermost first; empty for a single number.
  public let shape: [Int]
  /// Product of the extents.
  public let elementCount: Int

  /// Where element (0, 0, …) lies, in bytes from the start of the source.
  let offset: Int
  /// Distance in elements between neighbours of each dimension.
  let strides: [Int]
  let source: ByteSource
  let file: String?

  /// - Precondition: the reader has checked that every element lies inside the source.
  init(
    name: String, elementType: ElementType, shape: [Int], elementCount: Int, offset: Int,
    strides: [Int]? = nil, source: ByteSource, file: String?
  ) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.elementCount = elementCount
    self.offset = offset
    self.strides = strides ?? Self.contiguousStrides(shape)
    self.source = source
    self.file = file
  }

  /// The same tensor under another name.
  public func renamed(_ name: String) -> CheckpointTensor {
    CheckpointTensor(
      name: name, elementType: elementType, shape: shape, elementCount: elementCount,
      offset: offset, strides: strides, source: source, file: file)
  }

  /// Bytes the numbers take when stored without gaps.
  public var byteCount: Int { elementCount * elementType.byteCount }

  /// The numbers in row-major order as fp32.
  ///
  /// fp16 and bf16 widen exactly; fp64 and whole numbers round to the nearest fp32; truth values
  /// become 0 and 1.
  public func floats() throws(CheckpointError) -> [Float] {
    do throws(CheckpointError) {
      if elementType == .float32, isContiguous {
        return try source.readFloats(at: offset, count: elementCount)
      }
      if elementType == .float16, isContiguous { return try widenedHalves() }
      return try gather(into: Float.self) { raw, type in raw.float(type) }
    } catch {
      throw error.of(self)
    }
  }

  /// The numbers in row-major order as whole numbers; a tensor of fractions is refused.
  public func integers() throws(CheckpointError) -> [Int64] {
    do throws(CheckpointError) {
      guard !elementType.isFloatingPoint else {
        throw CheckpointError(.unsupported("reading \(elementType.rawValue) as whole numbers"))
      }
      return try gather(into: Int64.self) { raw, type in raw.integer(type) }
    } catch {
      throw error.of(self)
    }
  }

  static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] &* max(1, shape[axis + 1])
    }
    return strides
  }

  private var isContiguous: Bool {
    // The stride of an axis of extent 1 is never used, and writers put anything there.
    zip(shape, zip(strides, Self.contiguousStrides(shape)))
      .allSatisfy { $0 == 1 || $1.0 == $1.1 } || elementCount == 0
  }

  /// The most common narrow case, in pieces and without a decision per number.
  private func widenedHalves() throws(CheckpointError) -> [Float] {
    var result: [Float] = []
    result.reserveCapacity(elementCount)
    let piece = 1 << 18
    for start in stride(from: 0, to: elementCount, by: piece) {
      let count = min(piece, elementCount - start)
      let bytes = try source.read(at: offset + 2 * start, count: 2 * count)
      for index in 0..<count {
        result.append(
          HalfPrecision.widen(UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8))
      }
    }
    return result
  }

  /// Walks the elements in row-major order.
  private func gather<T>(
    into type: T.Type, _ convert: (RawElement, ElementType) -> T
  ) throws(CheckpointError) -> [T] {
    guard elementCount > 0 else { return [] }
    var result: [T] = []
    result.reserveCapacity(elementCount)
    let width = elementType.byteCount
    if isContiguous {
      // In pieces, so that widening never holds a second copy of the whole tensor.
      let piece = 1 << 18
      for start in stride(from: 0, to: elementCount, by: piece) {
        let count = min(piece, elementCount - start)
        let bytes = try source.read(at: offset + start * width, count: count * width)
        for index in 0..<count {
          result.append(convert(RawElement(bytes, at: index * width, width: width), elementType))
        }
      }
      return result
    }
    let span = zip(shape, strides).reduce(0) { $0 + ($1.0 - 1) * $1.1 } + 1
    let bytes = try source.read(at: offset, count: span * width)
    var position = [Int](repeating: 0, count: shape.count)
    var element = 0
    for _ in 0..<elementCount {
      result.append(convert(RawElement(bytes, at: element * width, width: width), elementType))
      var axis = shape.count - 1
      while axis >= 0 {
        position[axis] += 1
        element += strides[axis]
        if position[axis] < shape[axis] { break }
        element -= strides[axis] * shape[axis]
        position[axis] = 0
        axis -= 1
      }
    }
    return result
  }
}

extension CheckpointError {
  fileprivate func of(_ tensor: CheckpointTensor) -> CheckpointError {
    CheckpointError(
      reason, offset: offset, tensor: self.tensor ?? tensor.name, file: file ?? tensor.file)
  }
}

/// The stored bits of one element, widened to 64.
private struct RawElement {
  let bits: UInt64

  @inline(__always)
  init(_ bytes: [UInt8], at offset: Int, width: Int) {
    var bits: UInt64 = 0
    for index in 0..<width { bits |= UInt64(bytes[offset + index]) << (8 * UInt64(index)) }
    self.bits = bits
  }

  @inline(__always)
  func float(_ type: ElementType) -> Float {
    switch type {
    case .float32: Float(bitPattern: UInt32(truncatingIfNeeded: bits))
    case .float16: HalfPrecision.widen(UInt16(truncatingIfNeeded: bits))
    case .bfloat16: Float(bitPattern: UInt32(truncatingIfNeeded: bits) << 16)
    case .float64: Float(Double(bitPattern: bits))
    case .uint64: Float(bits)
    default: Float(integer(type))
    }
  }

  @inline(__always)
  func integer(_ type: ElementType) -> Int64 {
    switch type {
    case .int64, .uint64: Int64(bitPattern: bits)
    case .int32: Int64(Int32(truncatingIfNeeded: bits))
    case .int16: Int64(Int16(truncatingIfNeeded: bits))
    case .int8: Int64(Int8(truncatingIfNeeded: bits))
    case .bool: bits == 0 ? 0 : 1
    default: Int64(bits)
    }
  }
}
