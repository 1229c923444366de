/// Puts the text back together from pieces.
///
/// Equal to `Decode` of libsentencepiece; `LibraryModel` is the oracle.
struct Detokenizer: Sendable {
  private let texts: PieceTexts
  private let kinds: [SentencePieceModel.PieceType]
  private let byteValues: [UInt8]
  private let unknownSurface: [UInt8]
  private let dropsFirstSpace: Bool
  private let dropsAllLeadingSpaces: Bool

  init(_ model: SentencePieceModel, texts: PieceTexts) {
    self.texts = texts
    kinds = model.pieces.map(\.type)
    byteValues = model.pieces.map {
      $0.type == .byte ? SentencePieceModel.byte(of: $0.text) ?? 0 : 0
    }
    unknownSurface = Array(model.unknownSurface.utf8)
    dropsFirstSpace = model.addsDummyPrefix || model.removesExtraWhitespaces
    dropsAllLeadingSpaces = model.removesExtraWhitespaces
  }

  /// Appends the text of `ids`, all of which lie in the vocabulary, to `text`.
  func append(_ ids: [Int32], to text: inout [UInt8]) {
    let start = text.count
    var atBeginning = true
    var sawSpace = false
    var pendingBytes: [UInt8] = []
    for id in ids {
      let kind = kinds[Int(id)]
      if kind == .byte {
        pendingBytes.append(byteValues[Int(id)])
        continue
      }
      flush(&pendingBytes, to: &text)
      if sawSpace || text.count > start { atBeginning = false }
      sawSpace = false
      switch kind {
      case .control: break
      case .unknown: text += unknownSurface
      default:
        var piece = texts[Int(id)]
        if atBeginning, dropsFirstSpace, piece.starts(with: Self.space) {
          piece = piece.dropFirst(Self.space.count)
          sawSpace = !dropsAllLeadingSpaces
        }
        Self.appendUnescaped(piece, to: &text)
      }
    }
    flush(&pendingBytes, to: &text)
  }

  private static let space: [UInt8] = [0xE2, 0x96, 0x81]

  private static func appendUnescaped(_ piece: ArraySlice<UInt8>, to text: inout [UInt8]) {
    var position = piece.startIndex
    while position < piece.endIndex {
      if piece[position] == 0xE2, piece[position...].starts(with: space) {
        text.append(0x20)
        position += space.count
      } else {
        text.append(piece[position])
        position += 1
      }
    }
  }

  /// Appends collected byte pieces; a byte that is part of no scalar becomes U+FFFD.
  private func flush(_ bytes: inout [UInt8], to text: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    var position = 0
    while position < bytes.count {
      let length = UTF8Scalar.validLength(bytes.span, at: position)
      if length == 0 {
        text += [0xEF, 0xBF, 0xBD]
        position += 1
      } else {
        text += bytes[position..<position + length]
        position += length
      }
    }
    bytes.removeAll(keepingCapacity: true)
  }
}
