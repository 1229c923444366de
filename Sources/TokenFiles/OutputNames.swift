/// Turns keys of a token file into names of files below an output folder.
///
/// Keys come from whoever made the file, so they are not trusted: no name leaves the folder, is
/// hidden, holds control characters or is longer than file systems take. Keys that would share a
/// name are told apart by their row number. The names depend on the keys in their order alone.
package struct OutputNames {
  /// File systems take 255 bytes per component; the rest is for `~row` and the extension.
  static let componentBytes = 200
  /// Deeper keys are flattened.
  static let depth = 32
  static let nameBytes = 2_000

  /// FNV-1a of every name given out, of files and of the folders above them.
  private var files: Set<UInt64> = []
  private var folders: Set<UInt64> = []

  /// No name given out yet.
  package init() {}

  /// The name of the picture of a row: a relative path, with `/` between folders.
  package mutating func name(forKey key: String, row: Int, fileExtension: String) -> String {
    let plain = Self.sanitized(key) ?? "row"
    let isNamed = plain != "row" || key == "row"
    if isNamed && claim("\(plain).\(fileExtension)") { return "\(plain).\(fileExtension)" }
    // Flat, so that no file can stand in the way of a folder; numbered, so that it is the only one.
    var flat = plain.split(separator: "/").joined(separator: "_")
    flat = Self.shortened(flat)
    var name = "\(flat)~\(row).\(fileExtension)"
    while !claim(name) { name = "_" + name }
    return name
  }

  private mutating func claim(_ name: String) -> Bool {
    let hash = Self.hash(name[...])
    guard !files.contains(hash), !folders.contains(hash) else { return false }
    var above: [UInt64] = []
    for slash in name.indices where name[slash] == "/" {
      above.append(Self.hash(name[..<slash]))
    }
    guard !above.contains(where: files.contains) else { return false }
    files.insert(hash)
    folders.formUnion(above)
    return true
  }

  /// The key as a relative path, or nil if nothing is left of it.
  static func sanitized(_ key: String) -> String? {
    let components = key.unicodeScalars.split(separator: "/").map(component)
    guard !components.isEmpty else { return nil }
    let name =
      components.count > depth
      ? shortened(components.joined(separator: "_")) : components.joined(separator: "/")
    return name.utf8.count > nameBytes ? nil : name
  }

  private static func component(_ scalars: String.UnicodeScalarView.SubSequence) -> String {
    var clean = String.UnicodeScalarView(
      scalars.map { $0.properties.generalCategory == .control ? "_" : $0 })
    // `.`, `..` and hidden names alike.
    if clean.first == "." { clean.replaceSubrange(...clean.startIndex, with: ["_"]) }
    return shortened(String(clean))
  }

  private static func shortened(_ text: String) -> String {
    guard text.utf8.count > componentBytes else { return text }
    var bytes = 0
    return String(
      String.UnicodeScalarView(
        text.unicodeScalars.prefix {
          bytes += UTF8.width($0)
          return bytes <= componentBytes
        }))
  }

  private static func hash(_ text: Substring) -> UInt64 {
    text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }
}
