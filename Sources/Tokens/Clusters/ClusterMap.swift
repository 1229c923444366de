/// Which cluster each codeword of a codebook belongs to.
///
/// The file is CogView2's `cluster_label.npy`: one label per codeword, `int64`.
public struct ClusterMap: Hashable, Sendable {
  /// The cluster of each token, in `0..<clusterCount`.
  public let labels: [Int32]
  /// The number of clusters: one more than the largest label.
  public let clusterCount: Int

  /// Why bytes are no cluster map.
  public struct Malformed: Error, Equatable, Sendable, CustomStringConvertible {
    /// One line: what was found and what was expected.
    public let description: String
  }

  /// Makes a map of labels.
  ///
  /// - Throws: ``Malformed`` for no labels at all, or a label that is negative or not below the
  ///   number of labels.
  public init(labels: [Int32]) throws(Malformed) {
    guard let largest = labels.max() else {
      throw Malformed(description: "cluster map: it holds no labels")
    }
    for (token, label) in labels.enumerated() where label < 0 || Int(label) >= labels.count {
      throw Malformed(
        description: "cluster map: token \(token) has label \(label), outside 0..<\(labels.count)")
    }
    self.labels = labels
    clusterCount = Int(largest) + 1
  }

  /// Reads a `.npy` file of one dimension, little-endian `int64` or `int32`.
  ///
  /// - Throws: ``Malformed`` for anything else.
  public init(npy bytes: [UInt8]) throws(Malformed) {
    guard bytes.count > 10, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw Malformed(description: "cluster map: this is no .npy file")
    }
    let isLong = bytes[6] >= 2
    let start = isLong ? 12 : 10
    guard bytes.count >= start else {
      throw Malformed(description: "cluster map: the .npy header is cut off")
    }
    let size =
      isLong
      ? Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16 | Int(bytes[11]) << 24
      : Int(bytes[8]) | Int(bytes[9]) << 8
    guard bytes.count - start >= size else {
      throw Malformed(description: "cluster map: the .npy header is cut off")
    }
    let header = String(decoding: bytes[start..<start + size], as: UTF8.self)
      .filter { $0 != " " }
    let width: Int
    if header.contains("'descr':'<i8'") {
      width = 8
    } else if header.contains("'descr':'<i4'") {
      width = 4
    } else {
      throw Malformed(description: "cluster map: labels must be little-endian int64 or int32")
    }
    let data = bytes[(start + size)...]
    let count = data.count / width
    guard header.contains("'fortran_order':False"), header.contains("'shape':(\(count),)"),
      data.count == count * width
    else {
      throw Malformed(
        description: "cluster map: \(data.count) bytes of labels do not fit the header \(header)")
    }
    var labels: [Int32] = []
    labels.reserveCapacity(count)
    for index in 0..<count {
      var value: UInt64 = 0
      for byte in (0..<width).reversed() {
        value = value << 8 | UInt64(data[data.startIndex + index * width + byte])
      }
      let signed = width == 8 ? Int64(bitPattern: value) : Int64(Int32(truncatingIfNeeded: value))
      guard let label = Int32(exactly: signed) else {
        throw Malformed(description: "cluster map: token \(index) has label \(signed)")
      }
      labels.append(label)
    }
    try self.init(labels: labels)
  }

  /// The `.npy` file: `int64`, one dimension, as CogView2's. The inverse of ``init(npy:)``.
  public var npy: [UInt8] {
    var header = "{'descr': '<i8', 'fortran_order': False, 'shape': (\(labels.count),), }"
    // The data starts at a multiple of 64, after a line feed.
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    var bytes: [UInt8] = [0x93] + Array("NUMPY".utf8) + [1, 0]
    bytes += [UInt8(header.utf8.count & 0xFF), UInt8(header.utf8.count >> 8)]
    bytes += header.utf8
    for label in labels {
      for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: Int64(label) >> (8 * shift))) }
    }
    return bytes
  }

  /// The tokens of each cluster, ascending.
  public var members: [[TokenID]] {
    var result = [[TokenID]](repeating: [], count: clusterCount)
    for (token, label) in labels.enumerated() { result[Int(label)].append(TokenID(token)) }
    return result
  }
}
