import BytePairEncoding
import TestSupport
import Testing

/// Numbers written without divisions against those that Swift writes.
struct DecimalEquivalenceTests {
  @Test func numbersOfAllLengths() {
    let format = DecimalFormat(unknownID: 1)
    var random = SeededGenerator(seed: 3)
    var numbers: [Int32] = [0, 99_999_999]
    for power in [1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000] as [Int32] {
      numbers += [power - 1, power, power + 1, 9 * power]
      numbers += (0..<2000).map { _ in Int32.random(in: 0..<10 * power, using: &random) }
    }
    var output = GrowingBlock<UInt8>()
    for number in numbers { format.write(number, to: &output) }
    let expected = numbers.map { "\($0) " }.joined()
    #expect(output.array == Array(expected.utf8))
  }
}
