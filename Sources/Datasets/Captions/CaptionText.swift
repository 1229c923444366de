#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The captions of one text file: a caption per line.
///
/// Text files come from many programs. A byte-order mark is dropped (UTF-16 files with one are
/// understood), lines may end in LF, CR LF or CR, blanks around a caption and blank lines are
/// dropped, NUL characters are removed and invalid UTF-8 is replaced by U+FFFD.
public struct CaptionText: Hashable, Sendable {
  /// The captions in file order; possibly none.
  public let captions: [String]
  /// Whether something other than white space had to be removed or replaced.
  public let repaired: Bool

  /// Captions that are text already.
  public init(captions: [String]) {
    self.captions = captions
    repaired = false
  }

  private init(captions: [String], repaired: Bool) {
    self.captions = captions
    self.repaired = repaired
  }

  /// The captions of both, in order.
  static func + (first: CaptionText, second: CaptionText) -> CaptionText {
    CaptionText(
      captions: first.captions + second.captions, repaired: first.repaired || second.repaired)
  }

  /// Reads captions from the metadata of a sample, a JSON object with a field `caption`, `captions`
  /// or `text` that holds a string or a list of strings; nil when there is none.
  init?(metadata bytes: [UInt8]) {
    guard let fields = try? JSONDecoder().decode(CaptionFields.self, from: Data(bytes)),
      let found = fields.found
    else { return nil }
    self.init(bytes: Array(found.joined(separator: "\n").utf8))
  }

  /// Reads captions from the bytes of a text file.
  public init(bytes: [UInt8]) {
    let decoded = Self.decode(bytes)
    var text = decoded.text
    var repaired = decoded.repaired
    if text.utf8.contains(0) {
      text.unicodeScalars.removeAll { $0 == "\0" }
      repaired = true
    }
    self.repaired = repaired
    // Characters are compared as scalars: Swift sees CR LF as one character.
    captions = text.unicodeScalars
      .split { $0 == "\n" || $0 == "\r" }
      .map { Self.trimmed($0) }
      .filter { !$0.isEmpty }
  }

  /// The text of a file, whatever marks its beginning; invalid parts are replaced.
  static func decode(_ bytes: [UInt8]) -> (text: String, repaired: Bool) {
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      let bigEndian = bytes[0] == 0xFE
      let units = stride(from: 2, to: bytes.count - 1, by: 2).map { offset in
        let first = UInt16(bytes[offset])
        let second = UInt16(bytes[offset + 1])
        return bigEndian ? first << 8 | second : second << 8 | first
      }
      let valid = String(validating: units, as: UTF16.self)
      return (
        valid ?? String(decoding: units, as: UTF16.self),
        valid == nil || !bytes.count.isMultiple(of: 2)
      )
    }
    let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
    let valid = String(validating: body, as: UTF8.self)
    return (valid ?? String(decoding: body, as: UTF8.self), valid == nil)
  }

  private static func trimmed(_ line: String.UnicodeScalarView.SubSequence) -> String {
    func isBlank(_ scalar: Unicode.Scalar) -> Bool {
      scalar == " " || scalar == "\t" || scalar == "\u{FEFF}" || scalar == "\u{A0}"
    }
    var rest = line.drop(while: isBlank)
    while let last = rest.last, isBlank(last) { rest.removeLast() }
    return String(String.UnicodeScalarView(rest))
  }
}

/// The fields of a sample's metadata that captions are found in.
private struct CaptionFields: Decodable {
  private let caption: Strings?
  private let captions: Strings?
  private let text: Strings?

  var found: [String]? { (caption ?? captions ?? text)?.values }

  /// A string or a list of strings.
  private struct Strings: Decodable {
    let values: [String]

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let one = try? container.decode(String.self) {
        values = [one]
      } else {
        values = (try? container.decode([String].self)) ?? []
      }
    }
  }
}
