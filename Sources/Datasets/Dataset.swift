/// The inputs of a run, as named on a command line, sorted into shards.
///
/// A picture's key is its path below the deepest folder that holds all inputs of its shard: for one
/// folder the path inside it, for files beside each other their names. In an archive the key is the
/// member's name up to the first dot of its last component, as WebDataset has it.
public struct Dataset: Sendable {
  /// How inputs become output files.
  public enum Arrangement: Sendable {
    /// Everything in one shard.
    case combined
    /// A shard for each archive and for the pictures of each folder; the pictures named one by one
    /// share one.
    case perInput
  }

  /// The shards, in the order of their inputs.
  public let shards: [Shard]

  /// Lists the inputs. Nothing is read yet besides folders.
  ///
  /// - Parameters:
  ///   - inputs: Paths of picture files and folders. An input given twice counts once.
  ///   - arrangement: Whether all inputs go into one shard.
  /// - Throws: When an input does not exist, cannot be listed, is neither file nor folder, or a
  ///   shard has no picture.
  public init(inputs: [String], arrangement: Arrangement = .combined) throws(DatasetError) {
    guard !inputs.isEmpty else { throw DatasetError(path: "input", reason: .noInputs) }
    var folders: [Input] = []
    var files: [Input] = []
    var seen: Set<[Substring]> = []
    for path in inputs {
      let (input, kind) = try Self.open(path)
      guard seen.insert(input.components).inserted else { continue }
      switch kind {
      case .folder: folders.append(input)
      case .file: files.append(input)
      default: throw DatasetError(path: path, reason: .unsuitable)
      }
    }
    let archives = files.filter { FileListing.isArchiveName($0.given) }
    files.removeAll { FileListing.isArchiveName($0.given) }
    switch arrangement {
    case .combined:
      shards = [try Self.shard(folders: folders, files: files, archives: archives)]
    case .perInput:
      var shards: [Shard] = []
      for folder in folders {
        shards += try Self.split(Self.shard(folders: [folder], files: [], archives: []), of: folder)
      }
      if !files.isEmpty { shards.append(try Self.shard(folders: [], files: files, archives: [])) }
      for archive in archives.sorted(by: { FileName.precedes($0.given, $1.given) }) {
        let name = FileListing.archiveStem(FileName.last(of: archive.given))!
        shards.append(
          Shard(name: name, path: archive.given, listing: FileListing(), archives: [archive.given]))
      }
      var names: Set<String> = []
      for shard in shards where !names.insert(shard.name).inserted {
        throw DatasetError(path: shard.path, reason: .sameName(shard.name))
      }
      self.shards = shards
    }
  }

  /// Whether a path is a folder, or named like an archive of samples.
  public static func isSource(_ path: String) -> Bool {
    FileListing.isArchiveName(path) || (try? FileSystem.status(of: path))?.kind == .folder
  }

  /// A file or folder of the command line.
  private struct Input {
    /// As the caller wrote it.
    let given: String
    /// The components from `/`, without `.` and `..`; links are not resolved.
    let components: [Substring]

    /// Whether listing `folder` lists this too.
    func isListed(by folder: Input) -> Bool {
      components.count > folder.components.count && components.starts(with: folder.components)
        && !components[folder.components.count...].contains { $0.hasPrefix(".") }
    }
  }

  private static func open(_ path: String) throws(DatasetError) -> (Input, FileSystem.Kind) {
    do {
      let kind = try FileSystem.status(of: path).kind
      let whole = path.hasPrefix("/") ? path : try FileSystem.workingFolder() + "/" + path
      var components: [Substring] = []
      for component in whole.split(separator: "/") where component != "." {
        if component == ".." {
          components = components.dropLast()
        } else {
          components.append(component)
        }
      }
      return (Input(given: path, components: components), kind)
    } catch {
      throw DatasetError(path: path, reason: .system(error))
    }
  }

  /// The archives of a folder as shards of their own, and one for its loose pictures.
  private static func split(_ shard: Shard, of folder: Input) -> [Shard] {
    let home = folder.given.hasSuffix("/") ? folder.given : folder.given + "/"
    var shards = shard.archives.map { path in
      Shard(
        name: FileListing.archiveStem(String(path.dropFirst(home.count)))!, path: path,
        listing: FileListing(), archives: [path])
    }
    if shard.listing.count > 0 || shards.isEmpty {
      shards.append(
        Shard(name: shard.name, path: shard.path, listing: shard.listing, archives: []))
    }
    return shards
  }

  private static func shard(
    folders: [Input], files: [Input], archives: [Input]
  ) throws(DatasetError) -> Shard {
    let folders = folders.filter { folder in !folders.contains { folder.isListed(by: $0) } }
    let files = files.filter { file in
      !FileListing.isPictureName(file.given) || !folders.contains { file.isListed(by: $0) }
    }
    let loose = archives.filter { archive in !folders.contains { archive.isListed(by: $0) } }
    let common = sharedFolder(of: folders, files + loose)
    func keyPrefix(_ folder: some Collection<Substring>) -> String {
      folder.dropFirst(common.count).map { $0 + "/" }.joined()
    }
    // In the order of their paths below the common folder, whatever the order on the command line.
    var parts: [(keyPrefix: String, folder: String, files: [String]?)] = []
    for folder in folders { parts.append((keyPrefix(folder.components), folder.given, nil)) }
    let homes = Dictionary(grouping: files) { FileName.folder(of: $0.given) }
    for (folder, files) in homes {
      let names = files.map { FileName.last(of: $0.given) }
      parts.append((keyPrefix(files[0].components.dropLast()), folder, names))
    }
    parts.sort { FileName.precedes($0.keyPrefix, $1.keyPrefix) }

    let roots = folders.compactMap { try? FileSystem.resolved($0.given) }
    var listing = FileListing()
    for part in parts {
      if let names = part.files {
        listing.addFiles(names, folder: part.folder, keyPrefix: part.keyPrefix)
        continue
      }
      do {
        try listing.addFolder(part.folder, keyPrefix: part.keyPrefix, roots: roots)
      } catch {
        throw DatasetError(path: part.folder, reason: .system(error))
      }
    }
    let inputs = folders + files + loose
    return Shard(
      name: common.last.map(String.init) ?? "root",
      path: inputs.count == 1 ? inputs[0].given : "the inputs", listing: listing,
      archives: (listing.archives + loose.map(\.given)).sorted(by: FileName.precedes))
  }

  /// The deepest folder that holds all inputs.
  private static func sharedFolder(of folders: [Input], _ files: [Input]) -> [Substring] {
    var homes: [[Substring]] = folders.map(\.components)
    for file in files { homes.append(file.components.dropLast()) }
    var shared = homes[0]
    for home in homes.dropFirst() {
      while !home.starts(with: shared) { shared.removeLast() }
    }
    return shared
  }
}
