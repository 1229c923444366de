/// What one merge step does on one side of the merged pair: for each neighbouring symbol, how many
/// occurrences move from the old pair to the new one, and where the new ones stand.
///
/// Collected densely by symbol, so that the pair table is asked once per neighbour and not once per
/// occurrence.
struct NeighbourTally: ~Copyable {
  struct Row: BitwiseCopyable {
    /// While occurrences are recorded their weight; then where the neighbour's next position goes,
    /// or `untracked`.
    fileprivate var value: Int64
    fileprivate(set) var places: UInt32

    var weight: Int64 { value }
  }
  private struct Place: BitwiseCopyable {
    var neighbour: UInt32
    var position: UInt32
  }

  private let rows: Block<Row>
  private let touched: Block<UInt32>
  private(set) var touchedCount = 0
  private var places = GrowingBlock<Place>()

  private static let untracked: Int64 = -1

  init(symbolCapacity: Int) {
    rows = Block(count: symbolCapacity)
    touched = Block(count: symbolCapacity)
  }

  /// Notes `weight` occurrences of the new pair with `neighbour`, standing at `position`.
  @inline(__always)
  mutating func record(_ neighbour: UInt32, at position: UInt32, weight: Int64) {
    let index = Int(neighbour)
    let row = rows[index]
    if row.places == 0 {
      touched[touchedCount] = neighbour
      touchedCount &+= 1
    }
    rows[index] = Row(value: row.value &+ weight, places: row.places &+ 1)
    places.append(Place(neighbour: neighbour, position: position))
  }

  /// Neighbour number `index` of those touched, with its row.
  @inline(__always)
  func touched(_ index: Int) -> (neighbour: UInt32, row: Row) {
    let neighbour = touched[index]
    return (neighbour, rows[Int(neighbour)])
  }

  /// Says where the neighbour's positions go, after its weight was read; nil drops them.
  @inline(__always)
  func setTarget(_ neighbour: UInt32, _ target: Int?) {
    rows[Int(neighbour)].value = target.map { Int64($0) } ?? Self.untracked
  }

  /// Writes the positions of all neighbours with a target to `lists`, in rising order each, and
  /// empties the tally.
  mutating func scatter(to lists: borrowing PositionStore) {
    for index in 0..<places.count {
      let place = places[index]
      let target = rows[Int(place.neighbour)].value
      guard target != Self.untracked else { continue }
      lists[Int(target)] = place.position
      rows[Int(place.neighbour)].value = target &+ 1
    }
    for index in 0..<touchedCount { rows[Int(touched[index])] = Row(value: 0, places: 0) }
    places.truncate()
    touchedCount = 0
  }
}
