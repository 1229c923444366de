/// Keeps the elements with the lowest and the highest scores of a stream, in bounded memory.
///
/// After any number of insertions it holds the ⌈limit / 2⌉ lowest and the ⌊limit / 2⌋ highest, in
/// ascending order (equal scores in order of arrival). Whenever one too many is held, the one just
/// past the low half goes: everything dropped before lies between the halves too.
package struct ExtremeSelection<Element: Sendable>: Sendable {
  package let limit: Int
  package private(set) var elements: [Element] = []
  private var scores: [Double] = []

  package init(limit: Int) { self.limit = limit }

  /// How many of a full selection are the lowest.
  package var lowCount: Int { limit / 2 + limit % 2 }

  /// Offers an element; `make` runs only when it will be kept.
  package mutating func insert<Failure: Error>(
    score: Double, make: () throws(Failure) -> Element
  ) throws(Failure) {
    let position = scores.firstIndex { $0 > score } ?? scores.count
    if elements.count < limit {
      elements.insert(try make(), at: position)
      scores.insert(score, at: position)
    } else if position != lowCount {
      let element = try make()
      let dropped = position < lowCount ? lowCount - 1 : lowCount
      elements.remove(at: dropped)
      scores.remove(at: dropped)
      let target = position <= dropped ? position : position - 1
      elements.insert(element, at: target)
      scores.insert(score, at: target)
    }
  }
}
