import TestSupport
import Testing
import TokenFiles

/// No cut and no changed bit may give a wrong row without an error.
@Suite struct TokenFileDamageTests {
  private static let names = ["example", "deflate", "ragged", "appended", "rejects-only"]

  /// Rows and rejects of a sound file.
  private struct Content: Equatable {
    var rows: [TokenFileRow] = []
    var rejects: [TokenFileReject] = []
  }

  private func content(_ bytes: [UInt8]) throws -> Content {
    let file = try TokenFile(bytes: bytes)
    return Content(
      rows: try (0..<file.count).map { try file.row(at: $0) }, rejects: try file.rejects())
  }

  /// Reads whatever a damaged file gives out, and compares it with the sound one.
  ///
  /// - Returns: What went unnoticed, nil when every difference was refused. (No `#expect` in here:
  ///   it would take most of the time.)
  private func escape(_ damaged: [UInt8], _ sound: Content) -> String? {
    guard let file = try? TokenFile(bytes: damaged) else { return nil }
    guard file.count == sound.rows.count else { return "another number of rows" }
    var isNoticed = false
    // Every row of small files; of the longer one enough to meet every chunk many times.
    for position in stride(from: 0, to: file.count, by: file.count > 20 ? 13 : 1) {
      if let row = try? file.row(at: position) {
        if row != sound.rows[position] { return "another row \(position)" }
      } else {
        isNoticed = true
      }
      if let grid = try? file.grid(at: position), grid != sound.rows[position].grid {
        return "another grid \(position)"
      }
    }
    if let rejects = try? file.rejects() {
      if rejects != sound.rejects { return "other rejects" }
    } else {
      isNoticed = true
    }
    if !file.verify().isSound { return nil }
    return isNoticed ? "verify calls a file sound that does not read" : "nothing noticed"
  }

  @Test(arguments: names)
  func everyCutIsRefused(name: String) throws {
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    // A cut behind the first of two end marks leaves a file that was once finished.
    let finished = name == "appended" ? try earlierEnd(bytes) : bytes.count
    for length in 0..<bytes.count where length != finished {
      #expect(throws: TokenFileError.self, "cut to \(length)") {
        try TokenFile(bytes: Array(bytes[..<length]))
      }
    }
  }

  private func earlierEnd(_ bytes: [UInt8]) throws -> Int {
    let mark = Array("TSREND\r\n".utf8)
    let place = bytes.indices.first { bytes[$0...].starts(with: mark) }
    return try #require(place) + mark.count
  }

  /// Every bit of the smallest file, one bit of every byte of the others.
  @Test(arguments: names)
  func everyFlippedBitIsNoticed(name: String) throws {
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let sound = try content(bytes)
    var random = SeededGenerator(seed: 10)
    var damaged = bytes
    for offset in bytes.indices {
      let bits = name == "example" ? 0..<8 : { $0..<$0 + 1 }(Int.random(in: 0..<8, using: &random))
      for bit in bits {
        damaged[offset] ^= 1 << UInt8(bit)
        if let escape = escape(damaged, sound) {
          Issue.record("bit \(bit) of byte \(offset): \(escape)")
        }
        damaged[offset] = bytes[offset]
      }
    }
  }

  @Test(arguments: names)
  func everyChangedByteIsNoticed(name: String) throws {
    let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
    let sound = try content(bytes)
    var random = SeededGenerator(seed: 11)
    var damaged = bytes
    for offset in bytes.indices {
      damaged[offset] ^= UInt8.random(in: 1...255, using: &random)
      if let escape = escape(damaged, sound) {
        Issue.record("\(damaged[offset]) at byte \(offset): \(escape)")
      }
      damaged[offset] = bytes[offset]
    }
  }

  /// Runs of bytes zeroed, doubled, left out or exchanged, as disks and transfers do.
  @Test func largerDamageIsNoticed() throws {
    var random = SeededGenerator(seed: 12)
    for name in Self.names {
      let bytes = try Fixtures.bytes("token-file/accept/\(name).tessera")
      let sound = try content(bytes)
      for _ in 0..<500 {
        let start = Int.random(in: 0..<bytes.count, using: &random)
        let end = min(bytes.count, start + Int.random(in: 1...600, using: &random))
        let damaged: [UInt8]
        switch Int.random(in: 0..<3, using: &random) {
        case 0:
          damaged = Array(bytes[..<start] + repeatElement(0, count: end - start) + bytes[end...])
        case 1: damaged = Array(bytes[..<end] + bytes[start...])
        default: damaged = Array(bytes[..<start] + bytes[end...])
        }
        if damaged != bytes, let escape = escape(damaged, sound) {
          Issue.record("\(name), \(start)..<\(end): \(escape)")
        }
      }
    }
  }
}
