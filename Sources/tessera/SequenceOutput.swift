public import ArgumentParser
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
      // Positions of every layout lie below 8192; -1 in inputs (CogView) is stored as it is.
      for (index, name) in Self.arrays.enumerated() {
        header.columns.append(
          TokenFileColumn(
            id: first + index, name: "sequence_" + name, kind: .integers(count: layout.length)))
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
      for (name, array) in zip(Self.arrays, arrays) {
        row.values["sequence_" + name] = .integers(array.map(Int64.init))
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
  private var file: AtomicOutputFile?

  init(path: String, rows: Int, columns: Int) throws {
    file = try AtomicOutputFile(path: path, leftover: .replace)
    var header = "{'descr': '<i4', 'fortran_order': False, 'shape': (\(rows), \(columns)), }"
    header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
    let length = header.utf8.count
    let start: [UInt8] =
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
    try file?.write((start + Array(header.utf8)).span.bytes)
  }

  func append(_ values: [TokenID]) throws {
    try file?.write(values.map(\.littleEndian).span.bytes)
  }

  func finish() throws { try file.take()?.commit() }
}

/// Megatron's indexed dataset: `NAME.bin` with the ids of all rows, `NAME.idx` with their places.
///
/// Source: NVIDIA/Megatron-LM, `megatron/core/datasets/indexed_dataset.py`: magic `MMIDIDX\0\0`,
/// version 1, type code 4 (`int32`), counts, sizes, byte offsets, document bounds.
final class MegatronWriter {
  private let path: String
  private var file: AtomicOutputFile?
  private var sizes: [Int32] = []

  init(path: String) throws {
    self.path = path.hasSuffix(".bin") ? String(path.dropLast(4)) : path
    file = try AtomicOutputFile(path: self.path + ".bin", leftover: .replace)
  }

  func append(_ values: [TokenID]) throws {
    try file?.write(values.map(\.littleEndian).span.bytes)
    sizes.append(Int32(values.count))
  }

  func finish() throws -> [String] {
    try file.take()?.commit()
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
