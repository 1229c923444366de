#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// One row of a table: the picture it names, and what it says about it.
struct CaptionRow: Hashable {
  let path: String
  let captions: [String]
}

/// The formats of caption tables.
enum CaptionRows {
  /// Why a table is not understood, in one phrase.
  struct Malformed: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
  }

  static let pathFields = [
    "path", "file_path", "filepath", "image_path", "file_name", "filename", "file", "image",
    "image_name", "key",
  ]
  static let captionFields = ["caption", "captions", "text", "title", "comment"]

  // MARK: Delimited text

  /// Rows of CSV or TSV.
  ///
  /// - Parameters:
  ///   - quoted: Whether fields may be quoted as RFC 4180 has it, and then hold line ends.
  static func delimited(
    _ text: String, by delimiter: Character, quoted: Bool
  ) throws(Malformed) -> [CaptionRow] {
    let table = fields(of: text, by: delimiter.asciiValue!, quoted: quoted)
    guard let first = table.first else { return [] }
    let header = first.map { $0.lowercased().filter { $0 != " " } }
    let path = pathFields.lazy.compactMap { header.firstIndex(of: $0) }.first
    let caption = captionFields.lazy.compactMap { header.firstIndex(of: $0) }.first
    if let path, let caption {
      return try table.enumerated().dropFirst().map { row throws(Malformed) in
        guard row.element.count > max(path, caption) else {
          throw Malformed(
            "row \(row.offset + 1) has \(row.element.count) fields, the header \(header.count)")
        }
        return CaptionRow(path: row.element[path], captions: [row.element[caption]])
      }
    }
    guard table.allSatisfy({ $0.count == 2 }) else {
      throw Malformed(
        "the first line names no path and caption column, and not every line has two fields")
    }
    return table.map { headless($0[0], $0[1]) }
  }

  /// A row of two fields without a header.
  private static func headless(_ first: String, _ second: String) -> CaptionRow {
    if second.hasPrefix("http://") || second.hasPrefix("https://") {
      // Conceptual Captions: the caption, then the address.
      let address = second.prefix { $0 != "?" && $0 != "#" }
      return CaptionRow(path: FileName.last(of: String(address)), captions: [first])
    }
    if let mark = first.lastIndex(of: "#"), Int(first[first.index(after: mark)...]) != nil {
      return CaptionRow(path: String(first[..<mark]), captions: [second])
    }
    return CaptionRow(path: first, captions: [second])
  }

  /// Splits text into rows of fields; blank lines are dropped.
  private static func fields(of text: String, by delimiter: UInt8, quoted: Bool) -> [[String]] {
    let quote = UInt8(ascii: "\"")
    var rows: [[String]] = []
    var row: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    var bytes = Array(text.utf8)[...]
    func finishField() {
      row.append(String(decoding: field, as: UTF8.self))
      field.removeAll(keepingCapacity: true)
    }
    func finishRow() {
      finishField()
      if row != [""] { rows.append(row) }
      row = []
    }
    while let byte = bytes.popFirst() {
      switch byte {
      case quote where quoted && isQuoted:
        if bytes.first == quote {
          field.append(quote)
          bytes.removeFirst()
        } else {
          isQuoted = false
        }
      case quote where quoted && field.isEmpty: isQuoted = true
      case delimiter where !isQuoted: finishField()
      case UInt8(ascii: "\n") where !isQuoted: finishRow()
      case UInt8(ascii: "\r") where !isQuoted:
        if bytes.first != UInt8(ascii: "\n") { finishRow() }
      case 0: break
      default: field.append(byte)
      }
    }
    if !field.isEmpty || !row.isEmpty { finishRow() }
    return rows
  }

  // MARK: JSON

  /// An object per line.
  static func jsonLines(_ text: String) throws(Malformed) -> [CaptionRow] {
    var rows: [CaptionRow] = []
    for (number, line) in text.utf8.split(separator: UInt8(ascii: "\n")).enumerated() {
      guard line.contains(where: { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\r") }) else {
        continue
      }
      guard let fields = try? JSONDecoder().decode([String: Field].self, from: Data(line)) else {
        throw Malformed("line \(number + 1) is no JSON object")
      }
      guard let path = pathFields.lazy.compactMap({ fields[$0]?.texts.first }).first else {
        throw Malformed(
          "line \(number + 1) names no picture: none of \(pathFields.joined(separator: ", "))")
      }
      let captions = captionFields.lazy.compactMap { fields[$0]?.texts }.first ?? []
      rows.append(CaptionRow(path: path, captions: captions))
    }
    return rows
  }

  /// COCO captions: images with an id and a name, annotations with an image's id and a caption.
  static func coco(_ text: String) throws(Malformed) -> [CaptionRow] {
    struct Captions: Decodable {
      struct Image: Decodable {
        let id: Int
        let file_name: String
      }
      struct Annotation: Decodable {
        let image_id: Int
        let caption: String
      }
      let images: [Image]
      let annotations: [Annotation]
    }
    guard let coco = try? JSONDecoder().decode(Captions.self, from: Data(text.utf8)) else {
      throw Malformed("no COCO captions: images with id and file_name, annotations with captions")
    }
    var names: [Int: String] = [:]
    for image in coco.images { names[image.id] = image.file_name }
    return try coco.annotations.map { annotation throws(Malformed) in
      guard let name = names[annotation.image_id] else {
        throw Malformed("an annotation names image \(annotation.image_id), which is not listed")
      }
      return CaptionRow(path: name, captions: [annotation.caption])
    }
  }

  /// A field that may be a string, a list of strings, or anything else.
  private struct Field: Decodable {
    let texts: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) {
        texts = [one]
      } else {
        texts = (try? container.decode([String].self)) ?? []
      }
    }
  }
}
