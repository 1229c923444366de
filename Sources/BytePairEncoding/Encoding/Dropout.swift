/// BPE-dropout: merges are left out by chance, so that the same text is encoded in many ways.
///
/// Source: Provilkov et al. 2020, "BPE-Dropout", in the form YouTokenToMe gives it: every look at
/// the best candidate fails with the given probability.
public enum Dropout: Hashable, Sendable {
  /// No dropout.
  case none
  /// Each sentence has a stream of random numbers of its own, made from `seed` and the sentence's
  /// number, so that results do not depend on threads or on how text was batched.
  ///
  /// `probability` lies in 0...1; 1 leaves single characters.
  case seeded(probability: Double, seed: UInt64)
  /// The stream of YouTokenToMe 1.0.6 in a fresh process with one thread: mt19937, seed 5489, going
  /// on from sentence to sentence. Encodes in one thread.
  case compatible(probability: Double)

  /// The probability, 0 without dropout.
  public var probability: Double {
    switch self {
    case .none: 0
    case .seeded(let probability, _), .compatible(let probability): probability
    }
  }

  /// The source of chance for sentence `number`; nil where nothing is dropped.
  func source(sentence number: Int) -> DropoutSource? {
    guard probability > 0 else { return nil }
    switch self {
    case .none: return nil
    case .seeded(let probability, let seed):
      return DropoutSource(
        probability, .splitMix(DropoutSource.mixed(DropoutSource.mixed(seed) ^ UInt64(number))))
    case .compatible(let probability): return DropoutSource(probability, .mersenne(.init()))
    }
  }

  func validate() throws(BPEError) {
    // Written so that NaN is refused too.
    guard probability >= 0, probability <= 1 else {
      throw BPEError(.dropoutOutOfRange(probability))
    }
  }
}

/// Decides, candidate by candidate, what is dropped.
struct DropoutSource {
  enum Generator {
    case splitMix(UInt64)
    case mersenne(MersenneTwister)
  }
  private let probability: Double
  private var generator: Generator

  init(_ probability: Double, _ generator: Generator) {
    self.probability = probability
    self.generator = generator
  }

  /// Whether the next candidate is passed over.
  mutating func drops() -> Bool {
    switch generator {
    case .splitMix(var state):
      state &+= 0x9E37_79B9_7F4A_7C15
      generator = .splitMix(state)
      return Double(Self.mixed(state) >> 11) * 0x1p-53 < probability
    case .mersenne(var twister):
      // Emptied first, so that the twister's state is not copied.
      generator = .splitMix(0)
      // libstdc++'s uniform_real_distribution<double>: two outputs, low word first.
      let low = Double(twister.next())
      let high = Double(twister.next())
      generator = .mersenne(twister)
      let unit = (low + high * 0x1p32) / 0x1p64
      return min(unit, 1.0.nextDown) < probability
    }
  }

  /// The finalizer of SplitMix64.
  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// mt19937 with its default seed 5489 (Matsumoto and Nishimura 1998).
struct MersenneTwister {
  private var state: [UInt32]
  private var index = 624

  init() {
    state = [5489]
    for i in 1..<624 {
      let previous = state[i - 1]
      state.append(1_812_433_253 &* (previous ^ (previous >> 30)) &+ UInt32(i))
    }
  }

  mutating func next() -> UInt32 {
    if index == 624 { refill() }
    var y = state[index]
    index += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C_5680
    y ^= (y << 15) & 0xEFC6_0000
    return y ^ (y >> 18)
  }

  private mutating func refill() {
    for i in 0..<624 {
      let y = (state[i] & 0x8000_0000) | (state[(i + 1) % 624] & 0x7FFF_FFFF)
      state[i] = state[(i + 397) % 624] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_B0DF)
    }
    index = 0
  }
}
