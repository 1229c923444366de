import ArgumentParser
import ByteCoding
import TokenFiles
import Tokens

/// Where built rows go.
struct SequenceOutput: ~Copyable {
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case npy, megatron, tessera
  }

  /// The arrays of a row, and what their columns and files are called.
  private static let arrays = ["ids", "inputs", "positions"]
  /// Positions of every layout lie below this.
  private static let positionLimit = 8192

  /// Whether a token file has a column for the array: cogdata's empty places, -1, are no tokens.
  private static func isStored(_ name: String, _ layout: SequenceLayout) -> Bool {
    name != "inputs" || layout.name != "cogview"
  }

  private let layout: SequenceLayout
  private let place: String
  private var npy: [NPYWriter] = []
  private var keys: [UInt8] = []
  private var megatron: MegatronWriter?
  private var tokens: TokenFileWriter?

  init(
    _ format: Format, _ place: String, layout: SequenceLayout, count: Int, header: TokenFileHeader
  ) throws {
    self.layout = layout
    self.place = place
    switch format {
    case .npy:
      try OutputPlace.makeFolder(place)
      for name in Self.arrays {
        npy.append(
          try NPYWriter(
            path: OutputPlace.join(place, name + ".npy"), rows: count, columns: layout.length))
      }
      megatron = nil
      tokens = nil
    case .megatron:
      megatron = try MegatronWriter(path: place)
      tokens = nil
    case .tessera:
      megatron = nil
      var header = header
      let first = (header.columns.map(\.id).max() ?? 0) + 1
      for (index, name) in Self.arrays.enumerated() where Self.isStored(name, layout) {
        header.columns.append(
          TokenFileColumn(
            id: first + index, name: "sequence_" + name,
            kind: .tokens(vocabularySize: max(layout.vocabularySize, Self.positionLimit))))
      }
      header.notes["sequence_layout"] = layout.name
      tokens = try TokenFileWriter(to: place, header: header, leftover: .replace)
    }
  }

  mutating func append(_ built: SequenceRow, _ row: TokenFileRow) throws {
    let arrays = [built.ids, built.inputs, built.positions]
    for (index, array) in arrays.enumerated() where index < npy.count {
      try npy[index].append(array)
    }
    if !npy.isEmpty { keys += Array(Console.printable(row.key).utf8) + [0x0A] }
    try megatron?.append(built.ids)
    if tokens != nil {
      var row = row
      for (name, array) in zip(Self.arrays, arrays) where Self.isStored(name, layout) {
        row.values["sequence_" + name] = .tokens(array)
      }
      try tokens?.append(row)
    }
  }

  /// Finishes the files and names them.
  consuming func finish() throws -> [String] {
    if !npy.isEmpty {
      for writer in npy { try writer.finish() }
      try OutputPlace.replace(OutputPlace.join(place, "keys.txt"), with: keys)
      return Self.arrays.map { OutputPlace.join(place, $0 + ".npy") }
        + [OutputPlace.join(place, "keys.txt")]
    }
    if let megatron { return try megatron.finish() }
    try tokens.take()?.finish()
    return [place]
  }
}

/// A `.npy` file of `int32`, two dimensions, written row by row.
final class NPYWriter {
  private let file: RowBytes

  init(path: String, rows: Int, columns: Int) throws {
    file = try RowBytes(path: path)
    var header = "{'descr': '<i4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    let start: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    try file.write(start + Array(header.utf8))
  }

  func append(_ values: [TokenID]) throws { try file.write(values) }

  func finish() throws { try file.finish() }
}

/// A file of numbers that is written in pieces and appears when it is whole.
private final class RowBytes {
  private var file: AtomicOutputFile?

  init(path: String) throws {
    file = try AtomicOutputFile(path: path, leftover: .replace)
  }

  func write(_ bytes: [UInt8]) throws {
    guard var open = file.take() else { return }
    try open.write(bytes.span.bytes)
    file = consume open
  }

  /// Writes ids as little-endian `int32`.
  func write(_ values: [TokenID]) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 4)
    for value in values {
      let bits = UInt32(bitPattern: value)
      for shift: UInt32 in [0, 8, 16, 24] {
        bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
      }
    }
    try write(bytes)
  }

  func finish() throws {
    if let open = file.take() { try open.commit() }
  }
}

/// Megatron's indexed dataset: `NAME.bin` with the ids of all rows, `NAME.idx` with their places.
///
/// Source: NVIDIA/Megatron-LM, `megatron/core/datasets/indexed_dataset.py`: magic `MMIDIDX\0\0`,
/// version 1, type code 4 (`int32`), counts, sizes, byte offsets, document bounds.
final class MegatronWriter {
  private let path: String
  private let file: RowBytes
  private var sizes: [Int32] = []

  init(path: String) throws {
    self.path = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
    file = try RowBytes(path: self.path + ".bin")
  }

  func append(_ values: [TokenID]) throws {
    try file.write(values)
    sizes.append(Int32(values.count))
  }

  func finish() throws -> [String] {
    try file.finish()
    var index: [UInt8] = Array("MMIDIDX".utf8) + [0, 0]
    func append<T: FixedWidthInteger>(_ value: T) {
      for shift in stride(from: 0, to: T.bitWidth, by: 8) {
        index.append(UInt8(truncatingIfNeeded: value >> T(shift)))
      }
    }
    append(UInt64(1))
    append(UInt8(4))
    append(UInt64(sizes.count))
    append(UInt64(sizes.count + 1))
    for size in sizes { append(size) }
    var offset: Int64 = 0
    for size in sizes {
      append(offset)
      offset += Int64(size) * 4
    }
    for document in 0...sizes.count { append(Int64(document)) }
    try OutputPlace.replace(path + ".idx", with: index)
    return [path + ".bin", path + ".idx"]
  }
}
