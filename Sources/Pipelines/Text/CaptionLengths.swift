/// How many ids captions have: what a maximum length would cut.
public struct CaptionLengths: Hashable, Sendable {
  private var counts: [Int: Int] = [:]

  /// All captions.
  public private(set) var captionCount = 0
  /// The ids of all captions.
  public private(set) var idCount = 0
  /// Samples of a data set that could not be read; their captions are not counted.
  public package(set) var unreadableSampleCount = 0

  /// No caption yet.
  public init() {}

  /// Counts a caption.
  public mutating func add(_ length: Int) { add(length, count: 1) }

  private mutating func add(_ length: Int, count: Int) {
    counts[length, default: 0] += count
    captionCount += count
    idCount += length * count
  }

  /// Counts the captions of another tally too.
  public mutating func add(_ other: CaptionLengths) {
    for (length, count) in other.counts { add(length, count: count) }
    unreadableSampleCount += other.unreadableSampleCount
  }

  /// Ids of the longest caption, 0 if there is none.
  public var longest: Int { counts.keys.max() ?? 0 }

  /// Ids per caption, 0 if there is none.
  public var mean: Double { captionCount == 0 ? 0 : Double(idCount) / Double(captionCount) }

  /// Captions by number of ids, the shortest first.
  public var byLength: [(length: Int, count: Int)] {
    counts.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 }
  }

  /// The smallest length that holds this share of the captions.
  ///
  /// - Parameter share: 0…1.
  public func quantile(_ share: Double) -> Int {
    var seen = 0
    for (length, count) in byLength {
      seen += count
      if Double(seen) >= share * Double(captionCount) { return length }
    }
    return longest
  }

  /// What a maximum length would cut: captions that are longer, and the ids that they would lose.
  public func cut(at length: Int) -> (captions: Int, ids: Int) {
    counts.reduce(into: (captions: 0, ids: 0)) { result, entry in
      guard entry.key > length else { return }
      result.captions += entry.value
      result.ids += (entry.key - length) * entry.value
    }
  }
}
