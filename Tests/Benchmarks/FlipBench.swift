import Foundation
import ImageCodecs
import ImageFiles
import RasterImages
import TensorKernels
import Tokens

/// How far each policy is from double precision on real pictures, with trained weights:
///
///     Benchmarks flips PICTURE...
///
/// Encodes every picture with the embedded codec and prints the relative error of the latents (root
/// mean square and largest) and the tokens that differ from those of the `reference` policy, with
/// the gap by which the reference chose them.
enum FlipBench {
  static func run(_ paths: [String]) throws {
    func codec(_ policy: Policy) throws -> VQGAN {
      try CodecCatalog.embedded(options: CodecOptions(policy: policy, threads: 2))
    }
    let oracle = try codec(.reference)
    let search = CodecParts(of: oracle)!.search
    let others = try [Policy.balanced, .exact, .fast].map { ($0, try codec($0)) }
    var sums: [Policy: (error: Double, scale: Double, largest: Double, flips: [Float])] = [:]
    var tokenCount = 0
    for path in paths {
      let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
      let picture = try oracle.defaultRecipe.apply(
        to: ImageFile.decode(bytes), size: .square(256))
      let exact = try oracle.latents(of: picture)
      let expected = try search.tokens(of: exact, gaps: true)
      tokenCount += expected.tokens.count
      let largest = exact.values.reduce(0) { max($0, Double(abs($1))) }
      for (policy, codec) in others {
        let latents = try codec.latents(of: picture)
        let tokens = try codec.encode(picture).tokens
        var sum = sums[policy] ?? (0, 0, 0, [])
        for (a, b) in zip(latents.values, exact.values) {
          let difference = Double(a) - Double(b)
          sum.error += difference * difference
          sum.scale += Double(b) * Double(b)
          sum.largest = max(sum.largest, abs(difference) / largest)
        }
        for index in tokens.indices where tokens[index] != expected.tokens[index] {
          sum.flips.append(expected.gaps[index])
        }
        sums[policy] = sum
      }
    }
    for (policy, _) in others {
      let sum = sums[policy]!
      print(
        "\(policy): relative error rms \((sum.error / sum.scale).squareRoot()), "
          + "largest \(sum.largest); \(sum.flips.count) of \(tokenCount) tokens differ, "
          + "gaps \(sum.flips)")
    }
  }
}
