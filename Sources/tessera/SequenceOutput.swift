import ArgumentParser
import ByteCoding
import TokenBridges
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
            path: OutputPlace.join(place, name + ".npy"), type: .int32,
            shape: [count, layout.length]))
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
