import TensorKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Draws tokens with the probabilities that their logits stand for, instead of taking the largest.
///
/// The original programs do this in training, and by default also outside of it. Here the noise
/// comes from a seed, so a drawn grid can be drawn again.
///
/// Source: Jang, Gu, Poole 2017, "Categorical Reparameterization with Gumbel-Softmax", equation 1.
struct GumbelSampler: Sendable {
  private let executor: NetworkExecutor

  /// - Parameters:
  ///   - channels: Numbers per latent.
  ///   - size: Codewords.
  init(
    channels: Int, size: Int, _ weights: WeightLedger, policy: Policy
  ) throws {
    var builder = NetworkBuilder()
    let latents = builder.input(channels: channels, label: "latents")
    let logits = try builder.convolution(
      latents, weight: weights.parameter("quantize.proj.weight", [size, channels, 1, 1]),
      bias: weights.parameter("quantize.proj.bias", [size]), label: "quantize.proj")
    executor = NetworkExecutor(builder.finish([logits]), policy: policy)
  }

  /// The index of the largest of `logit + noise` at every position.
  func tokens(
    of latents: Tensor, seed: UInt64, threads: Int
  ) throws(NetworkError) -> [Int32] {
    let logits = try executor.run([latents], threads: threads)[0]
    var noise = SplitMix64(state: seed)
    var tokens: [Int32] = []
    for start in stride(from: 0, to: logits.values.count, by: logits.channels) {
      var best = 0
      var bestScore = -Float.infinity
      for index in 0..<logits.channels {
        let score = logits.values[start + index] + noise.gumbel()
        if score > bestScore { (best, bestScore) = (index, score) }
      }
      tokens.append(Int32(best))
    }
    return tokens
  }
}

/// A small generator whose sequence will never change.
///
/// Source: Steele, Lea, Flood 2014, "Fast Splittable Pseudorandom Number Generators", figure 8.
private struct SplitMix64 {
  var state: UInt64

  /// One number of the standard Gumbel distribution.
  mutating func gumbel() -> Float {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    z ^= z >> 31
    // In (0, 1), both ends left out, so that both logarithms are finite.
    let uniform = (Double(z >> 12) + 0.5) * 0x1p-52
    return Float(-log(-log(uniform)))
  }
}
