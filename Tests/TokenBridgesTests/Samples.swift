import Foundation
import TestSupport
import TokenBridges
import TokenFiles
import Tokens

/// A temporary folder, removed when the value goes away.
final class Place {
  let url: URL

  init() throws { url = try Fixtures.temporaryFolder(inMemory: true) }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let target = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
  }

  /// Every name in the folder.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }
  }
}

enum Samples {
  static let codec = CodecIdentity(
    name: "sample", weightsDigest: String(repeating: "0a", count: 32), codebookSize: 8192,
    codebookDigest: String(repeating: "1b", count: 32), patchSize: 8)

  static func golden(_ name: String) throws -> TokenFile {
    try TokenFile(contentsOf: Fixtures.url("token-file/accept/\(name).tessera").path)
  }

  /// A token file with these keys, one caption each, and grids of 2×2.
  static func file(keys: [String], captions: [String] = ["a caption"]) throws -> TokenFile {
    let place = try Place()
    var writer = try TokenFileWriter(
      to: place.path("a.tessera"),
      header: TokenFileHeader(
        codec: codec, recipe: .init(name: "none", size: 16), policy: "balanced", gridHeight: 2,
        gridWidth: 2))
    for (number, key) in keys.enumerated() {
      try writer.append(
        TokenFileRow(
          key: key,
          grid: TokenGrid(height: 2, width: 2, tokens: (0..<4).map { TokenID(number * 4 + $0) }),
          captions: captions))
    }
    try writer.finish()
    return try TokenFile(bytes: try place.bytes("a.tessera"))
  }

  /// A `.npy` file of one dictionary and its elements.
  static func npy(_ dictionary: String, _ elements: [UInt8] = [], version: UInt8 = 1) -> [UInt8] {
    let text = Array(dictionary.utf8) + [0x0A]
    let size = (0..<(version > 1 ? 4 : 2)).map { UInt8(truncatingIfNeeded: text.count >> (8 * $0)) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + text + elements
  }

  /// A `.npy` file of little-endian 64-bit integers.
  static func npy(_ values: [Int64], shape: [Int]) -> [UInt8] {
    NPYHeader(type: .int64, shape: shape).bytes
      + values.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
  }
}

/// Name and bytes of each file in a tar archive.
func members(ofTar bytes: [UInt8]) -> [(name: String, bytes: [UInt8])] {
  var members: [(String, [UInt8])] = []
  var offset = 0
  var longName: String?
  while offset + 512 <= bytes.count, bytes[offset] != 0 {
    func text(_ start: Int, _ count: Int) -> String {
      String(
        decoding: bytes[offset + start..<offset + start + count].prefix { $0 != 0 }, as: UTF8.self)
    }
    let size = Int(text(124, 12).trimmingCharacters(in: .whitespaces), radix: 8)!
    let body = Array(bytes[offset + 512..<offset + 512 + size])
    let prefix = text(345, 155)
    if bytes[offset + 156] == UInt8(ascii: "x") {
      // "NN path=NAME\n"
      let record = String(decoding: body, as: UTF8.self).split(separator: "\n").first {
        $0.contains(" path=")
      }
      longName = record.map { String($0[$0.range(of: "path=")!.upperBound...]) }
    } else {
      members.append((longName ?? (prefix.isEmpty ? "" : prefix + "/") + text(0, 100), body))
      longName = nil
    }
    offset += 512 + (size + 511) / 512 * 512
  }
  return members
}
