public import TensorKernels
public import Tokens

/// Groups the codewords of a codebook into clusters of similar ones: k-means with k-means++ seeds.
///
/// Deterministic: the seed decides, and the number of threads does not matter.
///
/// Source: Arthur and Vassilvitskii, "k-means++: The Advantages of Careful Seeding", 2007.
public struct CodebookClustering: Sendable {
  /// The cluster of each codeword. Clusters are numbered in the order of their lowest token.
  public let map: ClusterMap
  /// The centre of each cluster, `[clusterCount, dimension]`, row-major.
  public let centroids: [Float]
  /// The token of each cluster whose codeword lies nearest to the centre.
  public let representatives: [TokenID]
  /// The mean squared distance of a codeword to its centre.
  public let distortion: Double
  /// How often all codewords were assigned anew.
  public let iterationCount: Int
  /// Whether the last assignment changed nothing.
  public let hasConverged: Bool

  /// Clusters codewords.
  ///
  /// - Parameters:
  ///   - codewords: One pixel for each codeword, one channel for each dimension, as
  ///     ``ImageCodec/codewords()`` gives them.
  ///   - count: Clusters, 1 to the number of codewords.
  ///   - seed: Where the drawing of first centres starts.
  ///   - iterationLimit: At least 1.
  ///   - threads: At least 1.
  /// - Throws: ``NetworkError`` when the codewords do not fit the search, which is not to happen.
  public init(
    _ codewords: Tensor, count: Int, seed: UInt64 = 1, iterationLimit: Int = 100, threads: Int = 1
  ) throws(NetworkError) {
    let points = codewords.batch * codewords.height * codewords.width
    precondition(
      count >= 1 && count <= points && iterationLimit >= 1,
      "\(count) clusters of \(points) codewords in \(iterationLimit) rounds")
    var work = Work(codewords, count: count, seed: seed)
    var labels = [Int32](repeating: -1, count: points)
    var rounds = 0
    var converged = false
    while rounds < iterationLimit, !converged {
      let search = try TokenSearch(
        matrix: Parameter(
          name: "centroids", shape: [count, codewords.channels], values: work.centroids),
        criterion: .nearestCodeword)
      var assigned = try search.tokens(of: work.flat, threads: threads).tokens
      work.fillEmptyClusters(&assigned)
      converged = assigned == labels
      labels = assigned
      rounds += 1
      if !converged { work.moveCentroids(labels) }
    }
    let order = Self.order(labels, count: count)
    labels = labels.map { order[Int($0)] }
    var centroids = work.centroids
    for (old, new) in order.enumerated() {
      for d in 0..<codewords.channels {
        centroids[Int(new) * codewords.channels + d] = work.centroids[old * codewords.channels + d]
      }
    }
    self.centroids = centroids
    let distances = work.distances(labels, to: centroids)
    var best = [(token: TokenID, distance: Double)?](repeating: nil, count: count)
    for (token, label) in labels.enumerated()
    where distances[token] < best[Int(label)]?.distance ?? .infinity {
      best[Int(label)] = (TokenID(token), distances[token])
    }
    representatives = best.map { $0?.token ?? 0 }
    distortion = distances.reduce(0, +) / Double(points)
    iterationCount = rounds
    hasConverged = converged
    do {
      map = try ClusterMap(labels: labels)
    } catch {
      fatalError("labels of \(count) filled clusters form a map: \(error)")
    }
  }

  /// New labels: clusters in the order of their lowest token.
  private static func order(_ labels: [Int32], count: Int) -> [Int32] {
    var order = [Int32](repeating: -1, count: count)
    var next: Int32 = 0
    for label in labels where order[Int(label)] < 0 {
      order[Int(label)] = next
      next += 1
    }
    return order
  }
}

extension CodebookClustering {
  /// Codewords and centres while they move.
  private struct Work {
    let flat: Tensor
    let count: Int
    let dimension: Int
    private(set) var centroids: [Float]

    init(_ codewords: Tensor, count: Int, seed: UInt64) {
      self.count = count
      dimension = codewords.channels
      flat = Tensor(
        height: 1, width: codewords.values.count / max(1, codewords.channels),
        channels: codewords.channels, values: codewords.values)
      centroids = []
      seedCentroids(seed)
    }

    private var pointCount: Int { flat.width }

    /// k-means++: each further centre is a codeword, drawn with a probability that rises with the
    /// squared distance to the nearest centre so far.
    private mutating func seedCentroids(_ seed: UInt64) {
      var generator = SplitMix64(seed: seed)
      var nearest = [Double](repeating: .infinity, count: pointCount)
      var chosen = Int.random(in: 0..<pointCount, using: &generator)
      for _ in 0..<count {
        let start = chosen * dimension
        centroids += flat.values[start..<start + dimension]
        var total = 0.0
        for point in 0..<pointCount {
          let distance = Double(
            Self.squaredDistance(flat.values, point * dimension, flat.values, start, dimension))
          nearest[point] = min(nearest[point], distance)
          total += nearest[point]
        }
        var left = Double.random(in: 0..<1, using: &generator) * total
        // When fewer different codewords are left than centres, any will do.
        chosen =
          nearest.firstIndex { distance in
            left -= distance
            return left < 0
          } ?? Int.random(in: 0..<pointCount, using: &generator)
      }
    }

    /// Eight sums at a time, always in the same order.
    @inline(__always)
    static func squaredDistance(
      _ a: [Float], _ aStart: Int, _ b: [Float], _ bStart: Int, _ count: Int
    ) -> Float {
      var sums = SIMD8<Float>.zero
      var d = 0
      while d + 8 <= count {
        var difference = SIMD8<Float>.zero
        for lane in 0..<8 { difference[lane] = a[aStart + d + lane] - b[bStart + d + lane] }
        sums += difference * difference
        d += 8
      }
      var sum = sums.sum()
      while d < count {
        let difference = a[aStart + d] - b[bStart + d]
        sum += difference * difference
        d += 1
      }
      return sum
    }

    func distances(_ labels: [Int32], to centroids: [Float]) -> [Double] {
      labels.enumerated().map { point, label in
        Double(
          Self.squaredDistance(
            flat.values, point * dimension, centroids, Int(label) * dimension, dimension))
      }
    }

    /// Gives every cluster that lost all its codewords the one farthest from its centre.
    func fillEmptyClusters(_ labels: inout [Int32]) {
      var sizes = [Int](repeating: 0, count: count)
      for label in labels { sizes[Int(label)] += 1 }
      guard sizes.contains(0) else { return }
      let distances = distances(labels, to: centroids)
      var farthest = labels.indices.sorted { (distances[$1], $0) < (distances[$0], $1) }[...]
      for cluster in 0..<count where sizes[cluster] == 0 {
        while let point = farthest.popFirst() {
          guard sizes[Int(labels[point])] > 1 else { continue }
          sizes[Int(labels[point])] -= 1
          labels[point] = Int32(cluster)
          sizes[cluster] = 1
          break
        }
      }
    }

    mutating func moveCentroids(_ labels: [Int32]) {
      var sums = [Double](repeating: 0, count: count * dimension)
      var sizes = [Double](repeating: 0, count: count)
      for (point, label) in labels.enumerated() {
        sizes[Int(label)] += 1
        for d in 0..<dimension {
          sums[Int(label) * dimension + d] += Double(flat.values[point * dimension + d])
        }
      }
      for cluster in 0..<count {
        for d in 0..<dimension {
          centroids[cluster * dimension + d] = Float(
            sums[cluster * dimension + d] / max(1, sizes[cluster]))
        }
      }
    }
  }

  /// SplitMix64: the same numbers on every machine.
  private struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var mixed = state
      mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
      mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return mixed ^ (mixed >> 31)
    }
  }
}
