/// What one merge step does on one side of the merged pair: for each neighbouring symbol, how many
/// occurrences move from the old pair to the new one, and where the new ones stand.
///
/// Collected densely by symbol, so that the pair table is asked once per neighbour and not once per
/// occurrence.
struct NeighbourTally: ~Copyable {
  struct Row: BitwiseCopyable {
    var weight: Int64
    var places: UInt32
    /// Where this neighbour's positions go; `untracked` when they are not kept.
    var target: Int
  }
  private struct Place: BitwiseCopyable {
    var neighbour: UInt32
    var position: UInt32
  }

  private let rows: Block<Row>
  private let touched: Block<UInt32>
  private(set) var touchedCount = 0
  private var places = Block<Place>(count: 1 << 10)
  private var placeCount = 0

  private static let untracked = -1

  init(symbolCapacity: Int) {
    rows = Block(count: symbolCapacity)
    touched = Block(count: symbolCapacity)
  }

  /// Notes `weight` occurrences of the new pair with `neighbour`, standing at `position`.
  @inline(__always)
  mutating func record(_ neighbour: UInt32, at position: UInt32, weight: Int64) {
    let index = Int(neighbour)
    let places = rows[index].places
    if places == 0 {
      touched[touchedCount] = neighbour
      touchedCount &+= 1
    }
    rows[index].places = places &+ 1
    rows[index].weight &+= weight
    if placeCount == self.places.count { self.places.grow(to: placeCount * 2) }
    self.places[placeCount] = Place(neighbour: neighbour, position: position)
    placeCount &+= 1
  }

  /// Neighbour number `index` of those touched, with its row.
  @inline(__always)
  func touched(_ index: Int) -> (neighbour: UInt32, row: Row) {
    let neighbour = touched[index]
    return (neighbour, rows[Int(neighbour)])
  }

  @inline(__always)
  func setTarget(_ neighbour: UInt32, _ target: Int?) {
    rows[Int(neighbour)].target = target ?? Self.untracked
  }

  /// Writes the positions of all neighbours with a target to `lists`, in rising order each, and
  /// empties the tally.
  mutating func scatter(to lists: borrowing Block<UInt32>) {
    for index in 0..<placeCount {
      let place = places[index]
      let target = rows[Int(place.neighbour)].target
      guard target != Self.untracked else { continue }
      lists[target] = place.position
      rows[Int(place.neighbour)].target = target &+ 1
    }
    for index in 0..<touchedCount {
      rows[Int(touched[index])] = Row(weight: 0, places: 0, target: 0)
    }
    (placeCount, touchedCount) = (0, 0)
  }
}
