import ByteCoding

/// The first 128 bits of a SHA-256 digest: what rows are told apart by where whole keys or grids
/// would not fit into memory.
package struct Fingerprint: Hashable, Comparable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(of bytes: RawSpan) {
    var hash = SHA256()
    hash.update(bytes)
    let digest = hash.finish()
    high = digest[..<8].reduce(0) { $0 << 8 | UInt64($1) }
    low = digest[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
  }

  package init(of bytes: [UInt8]) { self.init(of: bytes.rawSpan) }

  package init(of text: String) {
    self.init(of: Array(text.utf8).rawSpan)
  }

  package static func < (left: Fingerprint, right: Fingerprint) -> Bool {
    (left.high, left.low) < (right.high, right.low)
  }
}
