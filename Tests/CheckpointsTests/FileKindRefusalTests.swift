import Checkpoints
import Foundation
import TestSupport
import Testing

/// Files that are no checkpoints are recognised by content and named in one line.
@Suite struct FileKindRefusalTests {
  static let files: [(String, FileKind, String)] = [
    ("", .empty, "empty"),
    (
      "version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 9\n", .gitLFSPointer,
      "git lfs"
    ),
    ("<!DOCTYPE html><html>", .webPage, "web page"), ("\n <html>", .webPage, "web page"),
    ("{\"error\": \"not found\"}", .json, "JSON"), ("hello there, this is text", .text, "text"),
    ("GGUF\u{3}", .gguf, "GGUF"),
  ]

  @Test(arguments: files)
  func recognised(_ file: (String, FileKind, String)) throws {
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: Array(file.0.utf8)) }
    #expect(error?.reason == .notACheckpoint(file.1))
    #expect(error?.description.contains(file.2) == true)
    #expect(error?.description.contains("\n") == false)
  }

  @Test func binaryKindsAreRecognised() {
    let heads: [([UInt8], FileKind)] = [
      ([0x1F, 0x8B, 8], .gzip), ([0x28, 0xB5, 0x2F, 0xFD], .zstandard),
      ([0x89, 0x48, 0x44, 0x46], .hdf5), ([0x93, 0x4E, 0x55, 0x4D], .numpy),
      ([0x89, 0x50, 0x4E, 0x47], .picture), ([0xFF, 0xD8, 0xFF, 0xE0], .picture),
      ([0, 1, 2, 3], .unknown),
      ([UInt8](repeating: 0, count: 257) + Array("ustar".utf8), .tar),
    ]
    for (head, kind) in heads { #expect(FileKind(head: head, byteCount: head.count) == kind) }
  }

  @Test func missingFilesAndFoldersAreNamed() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    for url in [folder, folder.appendingPathComponent("missing.ckpt")] {
      let error = #expect(throws: CheckpointError.self) { try Checkpoint(contentsOf: url) }
      #expect(error?.description.contains(url.path) == true)
    }
  }
}
