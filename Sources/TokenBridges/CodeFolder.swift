import TokenFiles
import Tokens

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A `.npy` file of codes for each picture, as LlamaGen extracts them: `…_codes/NUMBER.npy` of shape
/// `(1, augmentations, tokens)`, and `…_labels/NUMBER.npy` with the class of the picture.
///
/// Source: FoundationVision/LlamaGen, `autoregressive/train/extract_codes_c2i.py`.
struct CodeFolder: ImportSource {
  private let codes: String
  private let labels: String?
  private let names: [String]
  private let shape: GridShape
  private let vocabularySize: Int
  private var position = 0
  /// Augmentations of the present picture that are still to come.
  private var pending: [ImportedInput] = []

  var kinds: [String: TokenFileColumn.Kind] {
    var kinds: [String: TokenFileColumn.Kind] = [
      TokenFileColumn.imageName: .grid(
        height: shape.height, width: shape.width, vocabularySize: vocabularySize)
    ]
    if labels != nil { kinds["label"] = .integers(count: 1) }
    return kinds
  }

  /// Opens the folders.
  ///
  /// - Parameter shape: The shape of a grid; the square of the first file's tokens when nil.
  init(
    codes: String, labels: String?, shape: GridShape?, vocabularySize: Int
  ) throws(BridgeError) {
    self.codes = codes
    self.labels = labels
    self.vocabularySize = vocabularySize
    let names = try Self.names(in: codes)
    let known = Set(names)
    // A label without codes is a picture that is missing: it shows as a reject.
    let lost = try labels.map { path throws(BridgeError) in try Self.names(in: path) } ?? []
    self.names = names + lost.filter { !known.contains($0) }
    if let shape {
      self.shape = shape
      return
    }
    for name in names {
      guard let last = (try? NPYArray(contentsOf: "\(codes)/\(name)"))?.header.shape.last,
        let square = GridShape(squareOf: last)
      else { continue }
      self.shape = square
      return
    }
    throw BridgeError(
      .options("say with --grid HxW which shape the codes have; no file of it is a square"),
      path: codes)
  }

  /// The folders at `path`: it is one of codes, or holds exactly one.
  static func folders(at path: String) throws(BridgeError) -> (codes: String, labels: String?) {
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if !folder.hasSuffix("_codes") {
      let inside = try listing(folder).filter { $0.hasSuffix("_codes") }.sorted()
      if inside.count > 1 {
        throw BridgeError(.options("holds \(inside.joined(separator: ", ")); name one"), path: path)
      }
      if let only = inside.first { folder += "/" + only }
    }
    let labels = folder.hasSuffix("_codes") ? folder.dropLast("_codes".count) + "_labels" : nil
    return (folder, labels.flatMap { OutputFolder.exists(String($0)) ? String($0) : nil })
  }

  private static func listing(_ folder: String) throws(BridgeError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder)
    } catch {
      throw BridgeError(.options("cannot be listed as a folder"), path: folder)
    }
  }

  /// The `.npy` files, numbers in their order, then other names by their bytes.
  private static func names(in folder: String) throws(BridgeError) -> [String] {
    try listing(folder).filter { $0.hasSuffix(".npy") }.map { ($0, Int($0.dropLast(4))) }
      .sorted { left, right in
        switch (left.1, right.1) {
        case (let a?, let b?) where a != b: a < b
        case (_?, nil): true
        case (nil, _?): false
        default: left.0.utf8.lexicographicallyPrecedes(right.0.utf8)
        }
      }.map(\.0)
  }

  mutating func next() throws(BridgeError) -> ImportedInput? {
    if pending.isEmpty, position < names.count {
      pending = inputs(of: names[position]).reversed()
      position += 1
    }
    return pending.popLast()
  }

  /// The rows of a file, one for each augmentation.
  private func inputs(of name: String) -> [ImportedInput] {
    let key = String(name.dropLast(4))
    do throws(BridgeError) {
      let array = try NPYArray(contentsOf: "\(codes)/\(name)")
      guard array.header.count > 0, array.header.count.isMultiple(of: shape.count),
        array.header.count <= 1_024 * shape.count
      else {
        throw BridgeError(
          .unsuitableShape(
            found: array.header.shape,
            needed: "grids of \(shape.height)x\(shape.width) are expected"),
          path: array.path)
      }
      let label = try labels.map { path throws(BridgeError) in try Self.label("\(path)/\(name)") }
      let integers = try array.integers(0..<array.header.count)
      let versions = array.header.count / shape.count
      return (0..<versions).map { version in
        let key = versions == 1 ? key : "\(key)/\(version)"
        var problem = ""
        guard
          let grid = TokenGrid(
            integers[version * shape.count..<(version + 1) * shape.count], shape,
            below: vocabularySize, problem: &problem)
        else { return .rejected(key, "token-out-of-range", problem) }
        return .row(
          TokenFileRow(
            key: key, grid: grid, values: label.map { ["label": .integers([$0])] } ?? [:]))
      }
    } catch {
      return [.rejected(key, "unreadable", "\(error)")]
    }
  }

  private static func label(_ path: String) throws(BridgeError) -> Int64 {
    let array = try NPYArray(contentsOf: path)
    guard array.header.count == 1 else {
      throw BridgeError(
        .unsuitableShape(found: array.header.shape, needed: "one label is expected"), path: path)
    }
    return try array.integers(0..<1)[0]
  }
}
