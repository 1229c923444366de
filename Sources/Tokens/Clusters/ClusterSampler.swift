import Glibc

/// Draws an image token in two steps: a cluster of similar codewords, then one of them.
///
/// CogView2's rule. With l = logits / T and p = softmax(l), cluster k has the probability
/// P_k = Σ p over its tokens. The K likeliest clusters stay; one is drawn by P_k; then a token
/// from softmax(l / T2) over that cluster alone. With T2 = 1 this is sampling from p cut down to the
/// tokens of those clusters.
///
/// Source: Ding et al., "CogView2", 2022; THUDM/CogView2, `coglm_strategy.py`.
public struct ClusterSampler: Sendable {
  /// The clusters.
  public let map: ClusterMap
  /// T: divides all logits.
  public var temperature: Double
  /// K: how many clusters stay.
  public var clusterLimit: Int
  /// T2: divides the logits inside the chosen cluster once more.
  public var clusterTemperature: Double

  /// Makes a sampler; the defaults are those of CogView2's first stage.
  ///
  /// - Parameters:
  ///   - temperature: Above 0.
  ///   - clusterLimit: At least 1.
  ///   - clusterTemperature: Above 0.
  public init(
    _ map: ClusterMap, temperature: Double = 1.15, clusterLimit: Int = 16,
    clusterTemperature: Double = 1
  ) {
    precondition(
      temperature > 0 && clusterTemperature > 0 && clusterLimit > 0,
      "temperatures \(temperature) and \(clusterTemperature) and \(clusterLimit) clusters: "
        + "all must be positive")
    self.map = map
    self.temperature = temperature
    self.clusterLimit = clusterLimit
    self.clusterTemperature = clusterTemperature
  }

  /// The probability of every token.
  ///
  /// - Parameter logits: One for each token of the map; minus infinity excludes a token. At least
  ///   one is finite.
  /// - Returns: As many probabilities, which add up to 1.
  public func probabilities(_ logits: [Float]) -> [Double] {
    var result = [Double](repeating: 0, count: logits.count)
    let clusters = clusters(logits)
    let total = clusters.reduce(0) { $0 + $1.probability }
    let members = map.members
    for cluster in clusters {
      let tokens = members[cluster.label]
      let weights = weights(of: tokens, logits)
      let sum = weights.reduce(0, +)
      for (token, weight) in zip(tokens, weights) {
        result[Int(token)] = cluster.probability / total * weight / sum
      }
    }
    return result
  }

  /// Draws a token.
  ///
  /// - Parameters:
  ///   - logits: As for ``probabilities(_:)``.
  ///   - generator: Gives two numbers for each token; the same numbers draw the same token.
  public func sample(
    _ logits: [Float], using generator: inout some RandomNumberGenerator
  ) -> TokenID {
    let clusters = clusters(logits)
    let chosen = clusters[
      Self.draw(clusters.map(\.probability), using: &generator)]
    let tokens = map.labels.indices.filter { map.labels[$0] == chosen.label }.map { TokenID($0) }
    return tokens[Self.draw(weights(of: tokens, logits), using: &generator)]
  }

  /// The likeliest clusters, the best first; of equal ones the lower label.
  private func clusters(_ logits: [Float]) -> [(label: Int, probability: Double)] {
    precondition(
      logits.count == map.labels.count,
      "\(logits.count) logits do not fit a map of \(map.labels.count) tokens")
    let largest = Double(logits.max() ?? 0)
    precondition(largest.isFinite, "the largest logit is \(largest)")
    var sums = [Double](repeating: 0, count: map.clusterCount)
    for (logit, label) in zip(logits, map.labels) {
      sums[Int(label)] += exp((Double(logit) - largest) / temperature)
    }
    let total = sums.reduce(0, +)
    return sums.enumerated().filter { $0.element > 0 }
      .sorted { $0.element != $1.element ? $0.element > $1.element : $0.offset < $1.offset }
      .prefix(clusterLimit).map { ($0.offset, $0.element / total) }
  }

  private func weights(of tokens: [TokenID], _ logits: [Float]) -> [Double] {
    let largest = Double(tokens.map { logits[Int($0)] }.max() ?? 0)
    return tokens.map {
      exp((Double(logits[Int($0)]) - largest) / (temperature * clusterTemperature))
    }
  }

  /// An index, drawn by weight.
  private static func draw(
    _ weights: [Double], using generator: inout some RandomNumberGenerator
  ) -> Int {
    var left = Double.random(in: 0..<1, using: &generator) * weights.reduce(0, +)
    for (index, weight) in weights.enumerated() {
      left -= weight
      if left < 0 { return index }
    }
    // Rounding may leave a crumb: then it is the last one that can be drawn at all.
    return weights.lastIndex { $0 > 0 } ?? 0
  }
}
