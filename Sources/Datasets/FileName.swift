import Glibc

/// A file name cut at its last dot.
struct FileName {
  let stem: String
  /// Without the dot; empty if there is none.
  let `extension`: String

  init(_ name: String) {
    // A dot at the front makes a hidden file, not an extension.
    if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), dot != name.startIndex {
      stem = String(name[..<dot])
      `extension` = String(name[name.utf8.index(after: dot)...])
    } else {
      stem = name
      `extension` = ""
    }
  }

  var lowercasedExtension: String { `extension`.lowercased() }

  /// What stands before the last slash, with it; empty for a bare name.
  static func folder(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map { String(path[...$0]) } ?? ""
  }

  /// What stands behind the last slash.
  static func last(of path: String) -> String {
    path.utf8.lastIndex(of: UInt8(ascii: "/")).map {
      String(path[path.utf8.index(after: $0)...])
    } ?? path
  }

  /// The order of all listings: by UTF-8 bytes. Swift's own `<` orders by Unicode equivalence.
  static func precedes(_ left: String, _ right: String) -> Bool {
    var left = left
    var right = right
    return left.withUTF8 { a in
      right.withUTF8 { b in
        // SAFETY: both buffers hold at least the compared number of bytes.
        let shared = min(a.count, b.count)
        let order = unsafe shared == 0 ? 0 : memcmp(a.baseAddress!, b.baseAddress!, shared)
        return order == 0 ? a.count < b.count : order < 0
      }
    }
  }
}
