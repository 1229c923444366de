import Foundation

/// A reference tensor from a `.npy` file (versions 1 and 2, C order, little-endian).
package struct NumPyArray: Sendable {
  package let shape: [Int]
  /// `|u1`, `<i4`, `<i8`, `<f4` or `<f8`.
  package let type: String
  private let data: [UInt8]

  package struct Malformed: Error { package let reason: String }

  package init(bytes: [UInt8]) throws {
    guard bytes.count > 10, Array(bytes[0..<6]) == [0x93] + Array("NUMPY".utf8) else {
      throw Malformed(reason: "no .npy magic")
    }
    let long = bytes[6] > 1
    let size =
      long
      ? Int(bytes[8]) | Int(bytes[9]) << 8 | Int(bytes[10]) << 16 | Int(bytes[11]) << 24
      : Int(bytes[8]) | Int(bytes[9]) << 8
    let start = (long ? 12 : 10) + size
    let header = String(decoding: bytes[(long ? 12 : 10)..<start], as: UTF8.self)
    func field(_ name: String) throws -> Substring {
      guard let range = header.range(of: "'\(name)':") else {
        throw Malformed(reason: "no \(name)")
      }
      return header[range.upperBound...].drop { $0 == " " }
    }
    guard try field("fortran_order").hasPrefix("False") else {
      throw Malformed(reason: "Fortran order")
    }
    type = String(try field("descr").dropFirst().prefix { $0 != "'" })
    shape = try field("shape").dropFirst().prefix { $0 != ")" }
      .split(separator: ",").compactMap { Int($0.trimmingCharacters(in: .whitespaces)) }
    data = Array(bytes[start...])
  }

  package init(fixture path: String) throws { try self.init(bytes: Fixtures.bytes(path)) }

  package var bytes: [UInt8] { data }
  package var floats: [Float] {
    precondition(type == "<f4", "this array holds \(type)")
    return load(UInt32.self).map { Float(bitPattern: UInt32(littleEndian: $0)) }
  }
  package var int32s: [Int32] {
    precondition(type == "<i4", "this array holds \(type)")
    return load(Int32.self)
  }
  package var int64s: [Int64] {
    precondition(type == "<i8", "this array holds \(type)")
    return load(Int64.self)
  }

  private func load<T: BitwiseCopyable>(_: T.Type) -> [T] {
    data.withUnsafeBytes { raw in
      (0..<raw.count / MemoryLayout<T>.size).map {
        raw.loadUnaligned(fromByteOffset: $0 * MemoryLayout<T>.size, as: T.self)
      }
    }
  }
}
