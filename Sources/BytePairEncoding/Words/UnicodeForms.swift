import Foundation

/// Unicode normalization and case mapping, kept apart because only this needs Foundation's tables.
enum UnicodeForms {
  /// Applies `steps` in order to valid UTF-8.
  static func apply(_ steps: [TextPreparation.Normalization], to text: [UInt8]) -> String.UTF8View {
    var string = String(decoding: text, as: UTF8.self)
    let isASCII = text.allSatisfy { $0 < 0x80 }
    for step in steps {
      switch step {
      // The normalization forms leave ASCII alone.
      case .nfc: if !isASCII { string = string.precomposedStringWithCanonicalMapping }
      case .nfkc: if !isASCII { string = string.precomposedStringWithCompatibilityMapping }
      case .lower: string = string.lowercased()
      }
    }
    return string.utf8
  }
}
