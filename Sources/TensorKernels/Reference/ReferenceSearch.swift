/// The obvious search: every score of every latent in double precision.
struct ReferenceSearch: Sendable {
  private let rows: [Double]
  private let size: Int
  private let dimension: Int
  private let bias: [Double]?
  private let isDistance: Bool

  init(matrix: Parameter, criterion: TokenSearch.Criterion) throws(NetworkError) {
    rows = try matrix.load().map { Double($0) }
    size = matrix.shape[0]
    dimension = matrix.shape[1]
    switch criterion {
    case .nearestCodeword:
      isDistance = true
      bias = nil
    case .largestLogit(let parameter):
      isDistance = false
      bias = try parameter?.load().map { Double($0) }
    }
  }

  func tokens(of latents: Tensor, gaps: Bool) -> TokenSearch.Result {
    let count = latents.values.count / dimension
    var tokens: [Int32] = []
    var margins: [Float] = []
    for position in 0..<count {
      var (best, second) = (-Double.infinity, -Double.infinity)
      var token = 0
      for candidate in 0..<size {
        var score = bias?[candidate] ?? 0
        for index in 0..<dimension {
          let z = Double(latents.values[position * dimension + index])
          let e = rows[candidate * dimension + index]
          score += isDistance ? -(z - e) * (z - e) : z * e
        }
        if score > best {
          (best, second) = (score, best)
          token = candidate
        } else if score > second {
          second = score
        }
      }
      tokens.append(Int32(token))
      if gaps { margins.append(Float(best - second)) }
    }
    return TokenSearch.Result(tokens: tokens, gaps: margins)
  }
}
