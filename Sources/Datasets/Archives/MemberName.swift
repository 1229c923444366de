/// A member's name cut as WebDataset cuts it: at the first dot of the last component.
///
/// `photos/0001.left.jpg` belongs to the sample `photos/0001` and is its `left.jpg`.
struct MemberName {
  /// The sample's key.
  let key: String
  /// Everything behind the first dot, lower case; what a picture or text is called in its sample.
  let suffix: String

  /// Nil for names that are passed over: folders, hidden files, macOS resource forks.
  init?(_ name: String) {
    let path = name.hasPrefix("./") ? String(name.dropFirst(2)) : name
    let base = FileName.last(of: path)
    guard !base.isEmpty, !base.hasPrefix(".") else { return nil }
    guard !path.split(separator: "/").dropLast().contains(where: { $0.hasPrefix("._") }) else {
      return nil
    }
    if let dot = base.utf8.firstIndex(of: UInt8(ascii: ".")) {
      key = FileName.folder(of: path) + base[..<dot]
      suffix = base[base.utf8.index(after: dot)...].lowercased()
    } else {
      key = path
      suffix = ""
    }
  }

  /// What the member is.
  var kind: Kind {
    let type =
      suffix.utf8.lastIndex(of: UInt8(ascii: ".")).map {
        String(suffix[suffix.utf8.index(after: $0)...])
      } ?? suffix
    if FileListing.pictureExtensions.contains(type) { return .picture }
    switch type {
    case "txt": return .text
    case "json": return .metadata
    default: return .other(type)
    }
  }

  enum Kind: Hashable {
    case picture
    case text
    case metadata
    case other(String)
  }
}
