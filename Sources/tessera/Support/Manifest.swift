import ByteCoding
import Datasets
import Foundation
import Pipelines
import TokenFiles

/// `NAME.json` beside `NAME.tessera`: written last, it marks a shard as done.
///
/// It depends on input and options alone: no times, no host, no folder.
struct Manifest: Codable, Equatable {
  /// The token file's name, without folders.
  let file: String
  let rows: Int
  let rejects: [String: Int]
  let bytes: Int
  /// Of the token file.
  let sha256: String
  /// Of everything that decides its bytes besides the input.
  let options_sha256: String

  /// Describes the finished token file at `path`.
  init(of path: String, optionsDigest: String) throws {
    let tokens = try TokenFile(contentsOf: path)
    file = FileNames.last(of: path)
    rows = tokens.count
    rejects = RejectTally(of: try tokens.rejects()).counts
    bytes = tokens.byteCount
    sha256 = try Self.digest(ofFile: path)
    options_sha256 = optionsDigest
  }

  /// Where the manifest of a token file lies.
  static func path(of tokens: String) -> String {
    String(tokens.dropLast(".tessera".count)) + ".json"
  }

  /// The manifest of a token file that is there, has its bytes, and was made with the same options;
  /// nil for anything else.
  static func valid(for tokens: String, optionsDigest: String) -> Manifest? {
    guard let bytes = try? FileSystem.read(path(of: tokens), limit: 1 << 20),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: Data(bytes)),
      manifest.options_sha256 == optionsDigest,
      (try? FileSystem.status(of: tokens))?.size == manifest.bytes,
      (try? digest(ofFile: tokens)) == manifest.sha256
    else { return nil }
    return manifest
  }

  func write(besides tokens: String) throws {
    try OutputPlace.replace(Self.path(of: tokens), with: Array((Console.json(self) + "\n").utf8))
  }

  static func digest(ofFile path: String) throws -> String {
    let file = try MappedFile(path: path)
    return SHA256.hexadecimal(of: file.bytes)
  }
}

/// Names of files.
enum FileNames {
  static func last(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }
}
