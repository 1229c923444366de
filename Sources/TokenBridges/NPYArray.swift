import ByteCoding

/// An array of integers in a `.npy` file, mapped: elements are read where they lie.
public struct NPYArray: Sendable {
  /// Element type and shape.
  public let header: NPYHeader
  private let file: MappedFile
  private let start: Int

  /// Opens a file and checks that it is as large as its header says.
  ///
  /// - Throws: ``BridgeError``: `notNPY`, `invalidNPYHeader`, `unsupportedElements`, `fortranOrder`,
  ///   `unsuitableShape` (a product that is too large), `sizeMismatch`, `file`.
  public init(contentsOf path: String) throws(BridgeError) {
    let file = try bridging { () throws(ByteCodingError) in try MappedFile(path: path) }
    let (header, start) = try NPYHeader.read(file.bytes, path: path)
    var size = header.type.size
    for dimension in header.shape {
      let (product, overflow) = size.multipliedReportingOverflow(by: dimension)
      guard !overflow else {
        throw BridgeError(
          .unsuitableShape(found: header.shape, needed: "no file is that large"), path: path)
      }
      size = product
    }
    guard file.count - start == size else {
      throw BridgeError(
        .sizeMismatch(what: "elements", expected: size, found: file.count - start), path: path)
    }
    self.file = file
    self.header = header
    self.start = start
  }

  /// Where the file lies.
  public var path: String { file.path }

  /// The elements in `range` of the array laid out in one row; a range outside traps.
  public func integers(_ range: Range<Int>) throws(BridgeError) -> [Int64] {
    precondition(range.lowerBound >= 0 && range.upperBound <= header.count)
    try bridging { () throws(ByteCodingError) in try file.checkSize() }
    let size = header.type.size
    let bytes = file.bytes.extracting(
      start + range.lowerBound * size..<start + range.upperBound * size)
    var result: [Int64] = []
    result.reserveCapacity(range.count)
    for index in 0..<range.count {
      result.append(header.type.load(bytes, at: index * size))
    }
    return result
  }
}
