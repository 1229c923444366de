package import Foundation

/// Where the checked-in test inputs lie, found through this file's own path.
package enum Fixtures {
  /// The repository root.
  package static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// `Fixtures/<path>`.
  package static func url(_ path: String) -> URL {
    repository.appendingPathComponent("Fixtures").appendingPathComponent(path)
  }

  /// The bytes of `Fixtures/<path>`.
  package static func bytes(_ path: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url(path)))
  }

  /// A fresh folder that the caller removes.
  package static func temporaryFolder() throws -> URL {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("tessera-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}
