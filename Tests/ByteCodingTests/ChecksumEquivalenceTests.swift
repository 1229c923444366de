import ByteCoding
import TestSupport
import Testing

@Suite struct ChecksumEquivalenceTests {
  /// The folded checksum equals zlib's at every length, alignment and starting value.
  @Test func foldedEqualsZlib() {
    var random = SeededGenerator(seed: 3)
    let bytes = (0..<5000).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    for length in 0...700 {
      for start in [0, 1, 7, length] {
        var fast = CRC32()
        var slow = CRC32()
        fast.update(bytes.rawSpan.extracting(0..<start))
        slow.updateSlowly(bytes.rawSpan.extracting(0..<start))
        fast.update(bytes.rawSpan.extracting(start..<start + length))
        slow.updateSlowly(bytes.rawSpan.extracting(start..<start + length))
        #expect(fast.value == slow.value, "\(length) bytes after \(start)")
      }
    }
    #expect(CRC32.of([UInt8](repeating: 0, count: 4096).rawSpan) == 0xC71C_0011)
  }
}
