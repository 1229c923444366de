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
  ///
  /// - Parameter inMemory: Put it into memory where the system allows, so that thousands of files
  ///   can be synced in a second.
  package static func temporaryFolder(inMemory: Bool = false) throws -> URL {
    let memory = URL(fileURLWithPath: "/dev/shm")
    let isWritable = FileManager.default.isWritableFile(atPath: memory.path)
    let url = (inMemory && isWritable ? memory : FileManager.default.temporaryDirectory)
      .appendingPathComponent("tessera-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }
}
