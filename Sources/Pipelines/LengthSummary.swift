/// Lengths as they were met: how many, the shortest, the middle, the longest.
public struct LengthSummary: Hashable, Sendable {
  /// How often each length was met.
  public private(set) var counts: [Int: Int] = [:]
  /// How many lengths were met.
  public private(set) var count = 0
  /// Their sum.
  public private(set) var sum = 0

  /// Nothing met.
  public init() {}

  /// Adds one length.
  public mutating func add(_ length: Int) {
    counts[length, default: 0] += 1
    count += 1
    sum += length
  }

  /// The shortest, nil when nothing was met.
  public var least: Int? { counts.keys.min() }
  /// The longest, nil when nothing was met.
  public var most: Int? { counts.keys.max() }
  /// The mean, nil when nothing was met.
  public var mean: Double? { count == 0 ? nil : Double(sum) / Double(count) }

  /// The smallest length that at least this share (0…1) of all do not exceed; nil when nothing was
  /// met.
  public func quantile(_ share: Double) -> Int? {
    var seen = 0
    for (length, times) in counts.sorted(by: { $0.key < $1.key }) {
      seen += times
      if Double(seen) >= share * Double(count) { return length }
    }
    return nil
  }
}
