/// A `Block` with a filled part that grows as elements are appended.
package struct GrowingBlock<Element: BitwiseCopyable>: ~Copyable {
  /// The elements `0..<count` are in use.
  package private(set) var block: Block<Element>
  package private(set) var count = 0

  package init(capacity: Int = 1 << 10) { block = Block(count: max(capacity, 16)) }

  /// Element `index` of `0..<count`.
  package subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(index < count)
      return block[index]
    }
    @inline(__always) nonmutating set {
      precondition(index < count)
      block[index] = newValue
    }
  }

  @inline(__always) package mutating func append(_ element: Element) {
    if count == block.count { block.grow(to: count * 2) }
    block[count] = element
    count &+= 1
  }

  @inline(__always) package mutating func append(contentsOf elements: Span<Element>) {
    reserve(elements.count)
    block.copy(elements, to: count)
    count &+= elements.count
  }

  /// Appends elements `range` of another block.
  @inline(__always)
  package mutating func append(_ source: borrowing GrowingBlock<Element>, _ range: Range<Int>) {
    source.block.withSpan(range) { append(contentsOf: $0) }
  }

  /// Appends the first `newCount` elements of `words`; cheaper than a copy of exact length.
  @inline(__always) mutating func append(_ words: ElementWords, count newCount: Int) {
    let capacity = ElementWords.byteCount / MemoryLayout<Element>.stride
    precondition(newCount <= capacity)
    reserve(capacity)
    block.store(words, at: count)
    count &+= newCount
  }

  /// The bytes of the elements from `start` on; what follows the last is arbitrary.
  mutating func words(from start: Int) -> ElementWords {
    reserve(ElementWords.byteCount / MemoryLayout<Element>.stride)
    return block.words(at: start)
  }

  /// Makes room for `extra` more elements.
  @inline(__always) package mutating func reserve(_ extra: Int) {
    if count &+ extra > block.count { block.grow(to: max(block.count * 2, count + extra)) }
  }

  /// Forgets the elements from `newCount` on, or all, but keeps the memory.
  @inline(__always) package mutating func truncate(to newCount: Int = 0) {
    precondition(newCount >= 0 && newCount <= count)
    count = newCount
  }

  /// Calls `body` with the elements in use.
  @inline(__always)
  package func withSpan<Result: ~Copyable, Failure: Error>(
    _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result { try block.withSpan(0..<count, body) }
}

extension GrowingBlock {
  /// The elements in use as an array.
  package var array: [Element] {
    withSpan { span in
      // SAFETY: the buffer is only read, within the closure.
      unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
    }
  }
}
