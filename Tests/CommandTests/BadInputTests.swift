import Foundation
import Glibc
import TestSupport
import Testing

/// Whatever is wrong: one clear line, the right status, and nothing finished is lost.
@Suite struct BadInputTests {
  private func expectRefusal(
    _ outcome: Command.Outcome, _ status: Int32, _ words: String...,
    at location: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, sourceLocation: location)
    #expect(outcome.output.isEmpty, sourceLocation: location)
    #expect(outcome.complaints.count == 1, sourceLocation: location)
    #expect(outcome.errors.hasPrefix("tessera: "), sourceLocation: location)
    for word in words {
      #expect(outcome.errors.contains(word), sourceLocation: location)
    }
  }

  @Test func inputsThatCannotBeUsed() throws {
    let place = try Workplace()
    try FileManager.default.createDirectory(
      atPath: place.path("empty"), withIntermediateDirectories: true)
    try place.write("text", to: "texts/a.txt")
    expectRefusal(try place.run("encode", "gone", "-o", "x.tessera"), 65, "gone: no such file")
    expectRefusal(try place.run("encode", "empty", "-o", "x.tessera"), 65, "empty: no picture")
    expectRefusal(try place.run("encode", "texts", "-o", "x.tessera"), 65, "among 1 files")
    expectRefusal(try place.run("encode", "/dev/null", "-o", "x.tessera"), 65, "neither a file")
    expectRefusal(try place.run("reconstruct", "empty", "-o", "report"), 65, "empty: no picture")
    #expect(!place.exists("x.tessera") && !place.exists("x.tessera.partial"))
    #expect(!place.exists("report"))
  }

  @Test(.enabled(if: getuid() != 0, "root may read and write everything"))
  func withoutPermission() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    try place.add(picture: "accept/444.jpg", as: "in/b.jpg")
    chmod(place.path("in/a.jpg"), 0)
    #expect(try place.run("encode", "in", "-o", "x.tessera").output.contains("permission-denied"))
    chmod(place.path("in"), 0)
    expectRefusal(try place.run("encode", "in", "-o", "y.tessera"), 65, "in: permission denied")
    chmod(place.path("in"), 0o700)
    chmod(place.url.path, 0o500)
    expectRefusal(try place.run("encode", "in", "-o", "z.tessera"), 1, "z.tessera")
    chmod(place.url.path, 0o700)
  }

  @Test func outputsThatCannotBeWritten() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    expectRefusal(try place.run("encode", "in", "-o", "no/x.tessera"), 1, "no/x.tessera")
    expectRefusal(try place.run("encode", "in", "-o", "in/a.jpg/x"), 1, "in/a.jpg/x")
    expectRefusal(try place.run("encode", "in", "-o", "/dev/null/x.tessera"), 1, "/dev/null")
    expectRefusal(try place.run("reconstruct", "in", "-o", "in/a.jpg/r"), 1, "in/a.jpg/r")
  }

  @Test func unusualPictures() throws {
    let place = try Workplace()
    try place.add(picture: "accept/1x1.jpg", as: "in/dot.jpg")
    try place.write(Self.png(width: 30_000, height: 10), to: "in/long.png")
    try place.write(Self.png(width: 60_000, height: 60_000, rows: 1), to: "in/bomb.png")
    let outcome = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("x.tessera: 3 inputs, 2 rows, 1 reject; "))
    #expect(outcome.output.contains("decode/too-large"))
  }

  @Test func checkpointsThatAreNone() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    let encode = ["encode", "in", "-o", "x.tessera", "--weights"]
    for weights in ["gone.safetensors", "in/a.jpg", "in"] {
      expectRefusal(
        try Command.Running(encode + [weights], in: place.url).outcome(), 65, weights)
    }
  }

  @Test func tokenFilesCutAnywhere() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "16")
    let whole = try place.bytes("x.tessera")
    for length in [0, 1, 7, 8, 40, whole.count / 2, whole.count - 33, whole.count - 1] {
      try place.write(whole.prefix(length), to: "cut.tessera")
      expectRefusal(try place.run("tokens", "verify", "cut.tessera"), 65, "cut.tessera")
      expectRefusal(try place.run("tokens", "info", "cut.tessera"), 65, "cut.tessera")
      expectRefusal(try place.run("decode", "cut.tessera", "-o", "p"), 65, "cut.tessera")
    }
    #expect(!place.exists("p"))
  }

  @Test func tokenFilesWithAChangedByte() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "16")
    let whole = try place.bytes("x.tessera")
    for position in stride(from: 0, to: whole.count, by: 97) {
      var bytes = whole
      bytes[position] ^= 0x10
      try place.write(bytes, to: "changed.tessera")
      expectRefusal(try place.run("tokens", "verify", "changed.tessera"), 65, "changed.tessera")
    }
  }

  @Test func whatIsNoTokenFile() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "a.jpg")
    expectRefusal(try place.run("tokens", "info", "a.jpg"), 65, "a.jpg: not a token file")
    expectRefusal(try place.run("decode", "a.jpg", "-o", "p"), 65, "a.jpg: not a token file")
    expectRefusal(try place.run("tokens", "info", "gone"), 65, "gone")
    expectRefusal(try place.run("decode", ".", "-o", "p"), 65, ".: no token file")
  }

  /// A grey PNG of any size, with as many of its rows as are wanted (all are white).
  private static func png(width: Int, height: Int, rows: Int? = nil) -> [UInt8] {
    func word(_ value: Int) -> [UInt8] {
      [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
    func chunk(_ type: String, _ body: [UInt8]) -> [UInt8] {
      let named = Array(type.utf8) + body
      var crc: UInt32 = 0xFFFF_FFFF
      for byte in named {
        crc ^= UInt32(byte)
        for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ 0xEDB8_8320 }
      }
      return word(body.count) + named + word(Int(~crc))
    }
    var raw: [UInt8] = []
    for _ in 0..<(rows ?? height) { raw += [0] + [UInt8](repeating: 255, count: width) }
    // A zlib stream of stored blocks.
    var stream: [UInt8] = [0x78, 0x01]
    var rest = raw[...]
    while !rest.isEmpty {
      let part = rest.prefix(65_535)
      rest = rest.dropFirst(part.count)
      let size = UInt16(part.count)
      stream += [rest.isEmpty ? 1 : 0, UInt8(size & 255), UInt8(size >> 8)]
      stream += [UInt8(~size & 255), UInt8(~size >> 8)] + part
    }
    var (low, high) = (1, 0)
    for byte in raw {
      low = (low + Int(byte)) % 65_521
      high = (high + low) % 65_521
    }
    stream += word(high << 16 | low)
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + chunk("IHDR", word(width) + word(height) + [8, 0, 0, 0, 0]) + chunk("IDAT", stream)
      + chunk("IEND", [])
  }
}
