/// The inputs of a run, as named on a command line, sorted into shards.
///
/// A key is the path below the deepest folder that holds all inputs of its shard: for one folder
/// the path inside it, for files beside each other their names.
public struct Dataset: Sendable {
  /// How inputs become output files.
  public enum Arrangement: Sendable {
    /// Everything in one shard.
    case combined
    /// A shard for each folder; the files named one by one share one.
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
    switch arrangement {
    case .combined: shards = [try Self.shard(folders: folders, files: files)]
    case .perInput:
      var shards: [Shard] = []
      for folder in folders { shards.append(try Self.shard(folders: [folder], files: [])) }
      if !files.isEmpty { shards.append(try Self.shard(folders: [], files: files)) }
      var names: Set<String> = []
      for shard in shards where !names.insert(shard.name).inserted {
        throw DatasetError(path: shard.path, reason: .sameName(shard.name))
      }
      self.shards = shards
    }
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

  private static func shard(folders: [Input], files: [Input]) throws(DatasetError) -> Shard {
    let folders = folders.filter { folder in !folders.contains { folder.isListed(by: $0) } }
    let files = files.filter { file in
      !FileListing.isPictureName(file.given) || !folders.contains { file.isListed(by: $0) }
    }
    let common = sharedFolder(of: folders, files)
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
    let path = folders.count + files.count == 1 ? (folders + files)[0].given : "the inputs"
    guard listing.count > 0 else {
      let ignored = listing.ignored.values.reduce(0, +)
      throw DatasetError(path: path, reason: .noPictures(ignoredFiles: ignored))
    }
    return Shard(name: common.last.map(String.init) ?? "root", path: path, listing: listing)
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
