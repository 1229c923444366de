import Foundation
import TestSupport

/// A temporary folder in which the command runs, removed when the value goes away.
final class Workplace {
  let url: URL

  init() throws { url = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let target = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
  }

  func write(_ text: String, to name: String) throws { try write(text.utf8, to: name) }

  /// A copy of `Fixtures/images/<fixture>` under a name of its own.
  func add(picture fixture: String, as name: String) throws {
    try write(Fixtures.bytes("images/\(fixture)"), to: name)
  }

  /// A folder of good pictures, all alike but for their names, without using their space.
  func addPictures(_ count: Int, to folder: String) throws {
    try add(picture: "accept/420.jpg", as: "\(folder)/p0000.jpg")
    for number in 1..<count {
      try FileManager.default.linkItem(
        atPath: path("\(folder)/p0000.jpg"),
        toPath: path("\(folder)/p\(String(format: "%04d", number)).jpg"))
    }
  }

  /// Good and bad pictures, a caption, and a file that is no picture.
  func addMixedPictures(to folder: String) throws {
    for name in ["411.jpg", "alpha-lossless.webp", "exif6.jpg", "grey16.png", "cmyk-adobe.jpg"] {
      try add(picture: "accept/\(name)", as: "\(folder)/good/\(name)")
    }
    try add(picture: "accept/1x1.png", as: "\(folder)/tiny.png")
    try write("one caption\r\nanother\r\n", to: "\(folder)/tiny.txt")
    try write("this is not a picture\n", to: "\(folder)/text.jpg")
    try write([], to: "\(folder)/empty.png")
    try write(Fixtures.bytes("images/accept/444.jpg").dropLast(300), to: "\(folder)/cut.jpg")
    try write("# notes\n", to: "\(folder)/notes.md")
  }

  /// Runs `tessera` in this folder.
  func run(_ arguments: String...) throws -> Command.Outcome {
    try Command.Running(arguments, in: url).outcome()
  }

  /// Runs `tessera` in this folder with bytes on standard input.
  func run(_ arguments: String..., input: some Sequence<UInt8>) throws -> Command.Outcome {
    try Command.Running(arguments, in: url, input: Array(input)).outcome()
  }

  func start(_ arguments: String...) throws -> Command.Running {
    try Command.Running(arguments, in: url)
  }

  /// The names of all files below a folder.
  func files(below folder: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(folder)).filter {
      var isFolder: ObjCBool = false
      let path = path("\(folder)/\($0)")
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
