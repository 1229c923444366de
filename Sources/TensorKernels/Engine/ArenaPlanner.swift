/// Lays values that live at the same time beside one another, and values that do not on top of one
/// another.
struct ArenaPlanner {
  /// A stretch of memory needed from one step to another, both included.
  struct Region: Sendable {
    var byteCount: Int
    var first: Int
    var last: Int
    var offset = 0
  }

  private(set) var regions: [Region] = []
  /// Bytes of the whole arena once `place` has run.
  private(set) var byteCount = 0

  /// Asks for memory that is used at `step`, and returns its number.
  mutating func add(byteCount: Int, at step: Int) -> Int {
    // Whole pages: no two regions share a cache line, and large maps start aligned.
    let rounded = (byteCount + 4095) / 4096 * 4096
    regions.append(Region(byteCount: rounded, first: step, last: step))
    return regions.count - 1
  }

  /// Keeps a region until `step`.
  mutating func extend(_ region: Int, to step: Int) {
    regions[region].last = max(regions[region].last, step)
  }

  /// Gives every region its place: the largest first, each as low as those it meets in time allow.
  mutating func place() {
    let order = regions.indices.sorted {
      (regions[$0].byteCount, $1) > (regions[$1].byteCount, $0)
    }
    var placed: [Int] = []
    for index in order {
      let region = regions[index]
      let neighbours = placed.map { regions[$0] }
        .filter { $0.first <= region.last && region.first <= $0.last }
        .sorted { $0.offset < $1.offset }
      var offset = 0
      for neighbour in neighbours {
        if offset + region.byteCount <= neighbour.offset { break }
        offset = max(offset, neighbour.offset + neighbour.byteCount)
      }
      regions[index].offset = offset
      byteCount = max(byteCount, offset + region.byteCount)
      placed.append(index)
    }
  }
}
