import ByteCoding
import TestSupport
import Testing

@Suite struct ChecksumGoldenTests {
  /// The check value of the CRC catalogue for CRC-32/ISO-HDLC.
  @Test func crc32OfTheCheckString() {
    #expect(CRC32.of(Array("123456789".utf8).rawSpan) == 0xCBF4_3926)
    #expect(CRC32.of([UInt8]().rawSpan) == 0)
  }

  /// FIPS 180-4 examples.
  @Test func sha256OfTheStandardsExamples() {
    #expect(
      SHA256.hexadecimal(of: Array("abc".utf8).rawSpan)
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      SHA256.hexadecimal(of: [UInt8]().rawSpan)
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test func piecesGiveTheSameAsTheWhole() {
    var random = SeededGenerator(seed: 7)
    let bytes = (0..<10_000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    var crc = CRC32()
    var hash = SHA256()
    var start = 0
    while start < bytes.count {
      let end = min(bytes.count, start + Int.random(in: 0...997, using: &random))
      crc.update(bytes.rawSpan.extracting(start..<end))
      hash.update(bytes.rawSpan.extracting(start..<end))
      start = end
    }
    #expect(crc.value == CRC32.of(bytes.rawSpan))
    #expect(hash.finishHexadecimal() == SHA256.hexadecimal(of: bytes.rawSpan))
  }
}
