/// The pictures below one or more folders, in an order that depends on their names alone.
///
/// Order: by the UTF-8 bytes of the path below the root. Keys: that path without its extension, or
/// with it where two pictures of a folder would otherwise share a key. Hidden files and macOS
/// resource forks (`._name`) are passed over. A link to a folder is followed when that folder lies
/// outside the roots, and once; inside, its pictures are listed under their own path already, so no
/// loop can arise. What cannot be read becomes a reject in its place.
public struct FileListing: Sendable {
  /// Extensions, lower case, that make a file of a folder an input. What the file really is decides
  /// its content: a GIF or a text with such a name is rejected by name, not passed over.
  public static let pictureExtensions = [
    "jpg", "jpeg", "png", "webp", "jpe", "jfif", "gif", "bmp", "tif", "tiff", "avif", "heic",
    "jxl",
  ]

  /// Whether a file of this name in a folder is an input.
  static func isPictureName(_ name: String) -> Bool {
    pictureExtensions.contains(FileName(name).lowercasedExtension)
  }

  /// Whether a file of this name holds samples of its own.
  static func isArchiveName(_ name: String) -> Bool { archiveStem(name) != nil }

  /// The name of an archive without what makes it one; nil for other names.
  static func archiveStem(_ name: String) -> String? {
    let lower = name.lowercased()
    for type in [".tar", ".tar.gz", ".tgz", ".tar.zst", ".tar.bz2", ".tar.xz", ".zip"]
    where lower.hasSuffix(type) && lower.utf8.count > type.utf8.count {
      return String(name.dropLast(type.count))
    }
    return nil
  }

  /// Something a person should know that cost no picture.
  public struct Notice: Hashable, Sendable, CustomStringConvertible {
    /// The path below the root.
    public let path: String
    /// What was noticed.
    public let text: String
    /// `path: text`.
    public var description: String { "\(path): \(text)" }
  }

  /// Files passed over because of their extension (lower case; empty for none), with their number.
  /// Captions that belong to a picture are not counted.
  public private(set) var ignored: [String: Int] = [:]
  /// What was noticed, in listing order.
  public private(set) var notices: [Notice] = []
  /// Number of inputs: pictures and rejects.
  public var count: Int { entries.count }

  /// Archives that were found, by path; they are no inputs of the listing itself.
  private(set) var archives: [String] = []

  private var entries: [Entry] = []
  private var folders: [Folder] = []

  private struct Folder {
    /// To open the files by; empty or ending in `/`.
    let path: String
    /// What keys begin with; empty or ending in `/`.
    let keyPrefix: String
  }

  private enum Entry {
    case file(folder: Int32, name: String, keyedWithExtension: Bool, captionExtension: String)
    case reject(SampleReject)
  }

  /// An empty listing.
  init() {}

  /// The element at a position in `0..<count`.
  public subscript(position: Int) -> SampleStreamElement {
    switch entries[position] {
    case .reject(let reject): return .reject(reject)
    case .file(let number, let name, let keyedWithExtension, let captionExtension):
      let folder = folders[Int(number)]
      let stem = FileName(name).stem
      return .sample(
        Sample(
          key: folder.keyPrefix + (keyedWithExtension ? name : stem),
          content: .file(path: folder.path + name),
          captions: captionExtension.isEmpty
            ? .absent : .file(path: "\(folder.path)\(stem).\(captionExtension)")))
    }
  }

  // MARK: Listing

  /// Lists a folder and everything below it.
  ///
  /// - Parameters:
  ///   - path: The folder as it is to be opened.
  ///   - keyPrefix: What its keys begin with: empty, or ending in `/`.
  ///   - roots: Resolved paths of all folders that are listed, to tell links that lead inside.
  /// - Throws: When the folder itself cannot be listed; trouble below it becomes rejects.
  mutating func addFolder(
    _ path: String, keyPrefix: String, roots: [String]
  ) throws(SystemFailure) {
    let names = try FileSystem.names(in: path)
    var walk = Walk(roots: roots)
    addNames(
      names, in: Folder(path: path.hasSuffix("/") ? path : path + "/", keyPrefix: keyPrefix),
      walk: &walk)
  }

  /// Adds files of one folder that were named one by one.
  mutating func addFiles(_ names: [String], folder path: String, keyPrefix: String) {
    let folder = Folder(path: path, keyPrefix: keyPrefix)
    addPictures(names, in: folder) { stem in
      ["txt", "TXT"].first { type in
        (try? FileSystem.status(of: "\(path)\(stem).\(type)"))?.kind == .file
      }
    }
  }

  /// What a walk remembers besides the listing.
  private struct Walk {
    let roots: [String]
    var linked: Set<FileSystem.Identity> = []
  }

  private mutating func addNames(
    _ names: [FileSystem.Name], in folder: Folder, walk: inout Walk
  ) {
    var pictures: [String] = []
    var texts: [String: String] = [:]
    var others: [String] = []
    var below: [(name: String, isFolder: Bool, reject: SampleReject?)] = []
    for name in names where !name.text.hasPrefix(".") {
      func reject(_ code: String, _ message: String) {
        below.append(
          (
            name.text, false,
            SampleReject(
              key: folder.keyPrefix + name.text, stage: .list, code: code,
              message: message)
          ))
      }
      guard name.isUTF8 else {
        reject("name-not-utf8", "the name is not valid UTF-8; rename it")
        continue
      }
      switch kind(of: name, in: folder) {
      case .success(.folder): below.append((name.text, true, nil))
      case .success(.file):
        let parts = FileName(name.text)
        let type = parts.lowercasedExtension
        if Self.isArchiveName(name.text) {
          archives.append(folder.path + name.text)
        } else if Self.pictureExtensions.contains(type) {
          pictures.append(name.text)
        } else if type == "txt" {
          texts[parts.stem] = parts.extension
        } else {
          others.append(type)
        }
      case .success: ignored["", default: 0] += 1
      case .failure(let failure):
        // A link that leads nowhere matters when its name says that a picture is missing.
        if Self.isPictureName(name.text) {
          reject(failure.code, failure.explanation)
        }
      }
    }
    for type in others { ignored[type, default: 0] += 1 }
    addSorted(pictures: pictures, texts: texts, below: below, in: folder, walk: &walk)
  }

  private func kind(
    of name: FileSystem.Name, in folder: Folder
  ) -> Result<FileSystem.Kind, SystemFailure> {
    if let kind = name.kind, kind != .link { return .success(kind) }
    do {
      return .success(try FileSystem.status(of: folder.path + name.text).kind)
    } catch {
      return .failure(error)
    }
  }

  /// Merges pictures, folders and rejects of one folder in the order of their paths.
  private mutating func addSorted(
    pictures: [String], texts: [String: String],
    below: [(name: String, isFolder: Bool, reject: SampleReject?)], in folder: Folder,
    walk: inout Walk
  ) {
    var texts = texts
    // Folders sort as their paths do: with the slash that follows.
    let below = below.map { (order: $0.isFolder ? $0.name + "/" : $0.name, item: $0) }
      .sorted { FileName.precedes($0.order, $1.order) }
    let pictures = pictures.sorted(by: FileName.precedes)
    let keyed = Self.keyedWithExtension(pictures)
    let number = Int32(folders.count)
    folders.append(folder)
    var next = 0
    func takePictures(before limit: String?, into listing: inout FileListing) {
      while next < pictures.count,
        limit.map({ FileName.precedes(pictures[next], $0) }) ?? true
      {
        let stem = FileName(pictures[next]).stem
        listing.entries.append(
          .file(
            folder: number, name: pictures[next], keyedWithExtension: keyed.contains(next),
            captionExtension: texts[stem] ?? ""))
        next += 1
      }
    }
    for (order, item) in below {
      takePictures(before: order, into: &self)
      if let reject = item.reject {
        entries.append(.reject(reject))
      } else {
        descend(into: item.name, of: folder, walk: &walk)
      }
    }
    takePictures(before: nil, into: &self)
    for picture in pictures { texts[FileName(picture).stem] = nil }
    if !texts.isEmpty { ignored["txt", default: 0] += texts.count }
  }

  private mutating func descend(into name: String, of parent: Folder, walk: inout Walk) {
    let path = parent.path + name
    let key = parent.keyPrefix + name
    do {
      if try FileSystem.status(of: path, followingLinks: false).kind == .link {
        guard try follows(link: path, walk: &walk) else {
          notices.append(
            Notice(path: key, text: "link to a folder that is listed already, not followed"))
          return
        }
      }
      let names = try FileSystem.names(in: path)
      addNames(names, in: Folder(path: path + "/", keyPrefix: key + "/"), walk: &walk)
    } catch {
      entries.append(
        .reject(
          SampleReject(
            key: key, stage: .list, code: error.code,
            message: "\(error.explanation); the pictures in this folder are missing")))
    }
  }

  /// Whether a link leads to a folder that nothing else lists.
  private func follows(link: String, walk: inout Walk) throws(SystemFailure) -> Bool {
    let target = try FileSystem.resolved(link)
    let isInside = walk.roots.contains { root in
      let prefix = root.hasSuffix("/") ? root : root + "/"
      guard target == root || target.hasPrefix(prefix) else { return root.hasPrefix(target + "/") }
      // A hidden folder inside is not listed under its own path.
      return !target.dropFirst(prefix.count).split(separator: "/").contains { $0.hasPrefix(".") }
    }
    guard !isInside else { return false }
    return walk.linked.insert(try FileSystem.status(of: target).identity).inserted
  }

  private mutating func addPictures(
    _ names: [String], in folder: Folder, captionExtension: (String) -> String?
  ) {
    let names = names.sorted(by: FileName.precedes)
    let keyed = Self.keyedWithExtension(names)
    let number = Int32(folders.count)
    folders.append(folder)
    for (position, name) in names.enumerated() {
      entries.append(
        .file(
          folder: number, name: name, keyedWithExtension: keyed.contains(position),
          captionExtension: captionExtension(FileName(name).stem) ?? ""))
    }
  }

  /// Positions of the names whose stem alone would not tell them apart from the others.
  ///
  /// A stem clashes with an equal stem, and with a whole name: beside `a.jpg` and `a.png`, which
  /// keep their names, `a.jpg.png` must not be called `a.jpg`.
  static func keyedWithExtension(_ names: [String]) -> Set<Int> {
    var stems: [String: Int] = [:]
    for name in names { stems[FileName(name).stem, default: 0] += 1 }
    let dotted = Set(stems.keys.filter { $0.contains(".") })
    let clashing = dotted.isEmpty ? [] : dotted.intersection(names)
    return Set(
      names.indices.filter { position in
        let stem = FileName(names[position]).stem
        return stems[stem]! > 1 || clashing.contains(stem)
      })
  }
}

/// A stream over a listing.
struct ListingStream: SampleStream {
  let listing: FileListing
  var position = 0

  mutating func next() throws(DatasetError) -> SampleStreamElement? {
    guard position < listing.count else { return nil }
    defer { position += 1 }
    return listing[position]
  }
}
