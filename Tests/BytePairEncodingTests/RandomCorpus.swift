import BytePairEncoding
import TestSupport

/// Seeded random texts and options that make ties, runs and odd Unicode likely.
struct RandomCorpus {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let alphabets: [[UInt32]] = [
    [0x61, 0x62], [0x61, 0x62, 0x63, 0x64], Array(0x61...0x7A),
    [0x61, 0xE9, 0x431, 0x44F, 0x4E2D, 0x6587, 0x1F600, 0x10FFFF],
    [0x61, 0x301, 0x41, 0xA0, 0x85, 0x3000, 0x2028, 0xFEFF, 0x1C, 0x00, 0xFF21],
  ]
  private static let separators: [[UInt8]] = [
    [0x20], [0x20, 0x20], [0x0A], [0x09], [0x0B], [0x0C], [0x0D, 0x0A], [0xE2, 0x96, 0x81],
  ]
  private static let invalid: [[UInt8]] = [
    [0xFF], [0x80], [0xC3], [0xE2, 0x96], [0xF0, 0x9F, 0x98], [0xC0, 0xAF], [0xED, 0xA0, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xE0, 0x80, 0x80],
  ]

  mutating func text(longest: Int = 300) -> [UInt8] {
    let alphabet = Self.alphabets.randomElement(using: &random)!
    let withInvalid = Int.random(in: 0..<4, using: &random) == 0
    let runs = Bool.random(using: &random)
    var bytes: [UInt8] = []
    let size = Int.random(in: 0...longest, using: &random)
    while bytes.count < size {
      switch Int.random(in: 0..<10, using: &random) {
      case 0...1: bytes += Self.separators.randomElement(using: &random)!
      case 2 where withInvalid: bytes += Self.invalid.randomElement(using: &random)!
      default:
        let scalar = alphabet.randomElement(using: &random)!
        let count = runs ? Int.random(in: 1...6, using: &random) : 1
        for _ in 0..<count { UTF8Text.append(scalar, to: &bytes) }
      }
    }
    return bytes
  }

  mutating func options() -> TrainingOptions {
    var options = TrainingOptions(vocabularySize: Int.random(in: 8...90, using: &random))
    var ids = Array((0..<Int32(options.vocabularySize)).shuffled(using: &random).prefix(4))
    if Bool.random(using: &random) { ids = [0, 1, 2, 3] }
    for index in [0, 2, 3] where Int.random(in: 0..<4, using: &random) == 0 { ids[index] = -1 }
    options.specialTokens = SpecialTokenIDs(
      padding: ids[0], unknown: ids[1], beginning: ids[2], end: ids[3])
    if Bool.random(using: &random) { options.coverage = 0.5 + 0.5 * random.unit() }
    if Int.random(in: 0..<6, using: &random) == 0 { options.mergeable = .lowercaseLatin }
    options.threads = Int.random(in: 1...8, using: &random)
    return options
  }
}
