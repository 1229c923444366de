import ByteCoding
import TestSupport
import Testing

@Suite struct BitPackingRoundTripTests {
  @Test(arguments: BitPacking.widths)
  func everyWidthAtEveryLength(bits: Int) throws {
    var random = SeededGenerator(seed: UInt64(bits))
    for count in 0..<40 {
      let values = (0..<count).map { _ in Int32.random(in: 0..<Int32(1) << bits, using: &random) }
      var packed: [UInt8] = []
      BitPacking.pack(values.span, bits: bits, to: &packed)
      #expect(packed.count == BitPacking.byteCount(count: count, bits: bits))
      #expect(packed == Self.slowlyPacked(values, bits: bits))
      var unpacked = [Int32](repeating: -1, count: count)
      var span = unpacked.mutableSpan
      let greatest = BitPacking.unpack(packed.rawSpan, bits: bits, into: &span)
      #expect(unpacked == values)
      #expect(greatest == values.max() ?? 0)
    }
  }

  @Test func unpackingFromTheMiddle() throws {
    let values: [Int32] = (0..<100).map { $0 * 81 % 8192 }
    var packed: [UInt8] = []
    BitPacking.pack(values.span, bits: 13, to: &packed)
    for first in 0..<100 {
      var tail = [Int32](repeating: -1, count: 100 - first)
      var span = tail.mutableSpan
      BitPacking.unpack(packed.rawSpan, bits: 13, firstBit: 13 * first, into: &span)
      #expect(tail == Array(values[first...]))
    }
  }

  @Test func widths() {
    #expect(BitPacking.width(forVocabularySize: 1) == 1)
    #expect(BitPacking.width(forVocabularySize: 2) == 1)
    #expect(BitPacking.width(forVocabularySize: 3) == 2)
    #expect(BitPacking.width(forVocabularySize: 8192) == 13)
    #expect(BitPacking.width(forVocabularySize: 8193) == 14)
    #expect(BitPacking.width(forVocabularySize: 20_000) == 15)
    #expect(BitPacking.byteCount(count: .max, bits: 2) == nil)
  }

  /// Straight from the definition, bit by bit.
  private static func slowlyPacked(_ values: [Int32], bits: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (values.count * bits + 7) / 8)
    for (index, value) in values.enumerated() {
      for bit in 0..<bits where value >> Int32(bit) & 1 == 1 {
        bytes[(index * bits + bit) / 8] |= 1 << UInt8((index * bits + bit) % 8)
      }
    }
    return bytes
  }
}
