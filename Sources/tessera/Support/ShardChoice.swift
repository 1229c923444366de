import Datasets

/// `--shard i/n`: every n-th shard of the sorted list, beginning with the i-th, counted from 0.
struct ShardChoice: Equatable {
  let index: Int
  let count: Int

  init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      (0..<count).contains(index)
    else { return nil }
    self.index = index
    self.count = count
  }

  func picks(from shards: [Shard]) -> [Shard] {
    shards.enumerated().filter { $0.offset % count == index }.map(\.element)
  }
}
