#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A run of plain values outside the Swift heap, zeroed when made, freed with its owner.
///
/// Every access is checked against `count`, so the type cannot be misused from one thread. It is
/// not an `Array` because tables of hundreds of megabytes want huge pages, pages that cost nothing
/// before they are touched, and growth by remapping instead of copying.
@safe package struct Block<Element: BitwiseCopyable>: ~Copyable {
  // Invariant: `base` points to `count` initialised elements owned by this value alone, made by
  // `Pages.allocate` with `count * stride` bytes.
  private var base: UnsafeMutablePointer<Element>
  /// Number of elements.
  package private(set) var count: Int

  /// A block of `count` zero bytes patterns.
  package init(count: Int) {
    precondition(count >= 0, "a block cannot have \(count) elements")
    self.count = count
    // SAFETY: zero bytes are a valid pattern of the trivial types kept here (integers and structs
    // of integers), and the allocation is large enough for `count` of them.
    unsafe base = Pages.allocate(byteCount: count * MemoryLayout<Element>.stride)
      .assumingMemoryBound(to: Element.self)
  }

  deinit {
    // SAFETY: `base` came from `Pages.allocate` with this very size and nobody else frees it.
    unsafe Pages.free(base, byteCount: count * MemoryLayout<Element>.stride)
  }

  /// The element at `index`, which must lie in `0..<count`.
  package subscript(index: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      // SAFETY: the line above checked the index.
      return unsafe base[index]
    }
    @inline(__always) nonmutating set {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      // SAFETY: the line above checked the index.
      unsafe base[index] = newValue
    }
    @inline(__always) nonmutating _modify {
      precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
      // SAFETY: the line above checked the index.
      yield unsafe &base[index]
    }
  }

  /// The element at `index`, which the caller knows to lie in `0..<count`; for the innermost loops.
  @unsafe package subscript(unchecked index: Int) -> Element {
    // SAFETY: the caller answers for the index.
    @inline(__always) get { unsafe base[index] }
    // SAFETY: as above.
    @inline(__always) nonmutating set { unsafe base[index] = newValue }
  }

  /// Asks the processor for the cache line of element `index`; any index is allowed.
  @inline(__always) package func prefetch(_ index: Int) {
    // SAFETY: the address is never read; wrapping arithmetic keeps it from trapping.
    unsafe Pages.prefetch(
      UInt(bitPattern: base) &+ UInt(bitPattern: index &* MemoryLayout<Element>.stride))
  }

  /// Makes the block longer; old elements stay, new ones are zero.
  package mutating func grow(to newCount: Int) {
    guard newCount > count else { return }
    // SAFETY: old and new sizes are those of this block; the returned region holds the old bytes
    // followed by zeros, so all `newCount` elements are initialised.
    unsafe base = Pages.resize(
      base, from: count * MemoryLayout<Element>.stride, to: newCount * MemoryLayout<Element>.stride
    ).assumingMemoryBound(to: Element.self)
    count = newCount
  }

  /// Forgets the elements from `newCount` on.
  package mutating func shrink(to newCount: Int) {
    precondition(newCount >= 0 && newCount <= count)
    // SAFETY: as in `grow`; the region keeps its first `newCount` elements.
    unsafe base = Pages.resize(
      base, from: count * MemoryLayout<Element>.stride, to: newCount * MemoryLayout<Element>.stride
    ).assumingMemoryBound(to: Element.self)
    count = newCount
  }

  /// Calls `body` with elements `range` as a span.
  @inline(__always)
  package func withSpan<Result: ~Copyable, Failure: Error>(
    _ range: Range<Int>, _ body: (Span<Element>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was checked, and the span cannot outlive `body`.
    let span = unsafe Span(
      _unsafeElements: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    return try body(span)
  }

  /// Elements `range` as a span.
  @_lifetime(borrow self) @inline(__always)
  package func span(_ range: Range<Int>) -> Span<Element> {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was checked, and the span cannot outlive this block.
    let span = unsafe Span(
      _unsafeElements: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// Elements `range` as a span that the compiler does not tie to this block. The caller ties it to
  /// something that keeps the block.
  @unsafe @_lifetime(immortal) @inline(__always)
  func unboundSpan(_ range: Range<Int>) -> Span<Element> {
    // SAFETY: the caller sees to it that the block lives as long as the span.
    unsafe _overrideLifetime(span(range), copying: ())
  }

  /// Calls `body` with elements `range` as raw memory to be written by the system.
  func withMutableBytes<Result>(
    _ range: Range<Int>, _ body: (UnsafeMutableRawBufferPointer) -> Result
  ) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: the range was checked; the pointer does not outlive `body` by its contract.
    return unsafe body(
      UnsafeMutableRawBufferPointer(
        start: base + range.lowerBound, count: range.count * MemoryLayout<Element>.stride))
  }

  /// Moves elements `range` to the beginning.
  func moveDown(_ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    // SAFETY: both ranges lie in the block; `update` allows overlap.
    unsafe base.update(from: base + range.lowerBound, count: range.count)
  }

  /// Writes all of `words` over the elements from `offset` on.
  @inline(__always)
  func store(_ words: ElementWords, at offset: Int) {
    precondition(
      offset >= 0 && offset &+ ElementWords.byteCount / MemoryLayout<Element>.stride <= count)
    // SAFETY: the line above checked that so many bytes lie in the block; any bytes are a valid
    // pattern of the trivial types kept here.
    unsafe UnsafeMutableRawPointer(base + offset).storeBytes(of: words, as: ElementWords.self)
  }

  /// The bytes of the elements from `offset` on. Inverse of `store`.
  @inline(__always)
  func words(at offset: Int) -> ElementWords {
    precondition(
      offset >= 0 && offset &+ ElementWords.byteCount / MemoryLayout<Element>.stride <= count)
    // SAFETY: the line above checked that so many bytes lie in the block.
    return unsafe UnsafeRawPointer(base + offset).loadUnaligned(as: ElementWords.self)
  }

  /// Copies `source` to the elements from `offset` on.
  @inline(__always)
  package func copy(_ source: Span<Element>, to offset: Int) {
    precondition(offset >= 0 && source.count <= count - offset)
    unsafe source.withUnsafeBufferPointer { from in
      // SAFETY: the target range was checked; the regions do not overlap since this block's memory
      // is reached from outside only through `withSpan`.
      if let start = from.baseAddress {
        unsafe (base + offset).update(from: start, count: from.count)
      }
    }
  }
}

extension Block where Element == UInt8 {
  /// Writes the sixteen bytes of `a` and `b`, little-endian, from `offset` on.
  @inline(__always)
  func store(_ a: UInt64, _ b: UInt64, at offset: Int) {
    precondition(offset >= 0 && offset &+ 16 <= count)
    // SAFETY: the line above checked that sixteen bytes lie in the block.
    unsafe UnsafeMutableRawPointer(base + offset).storeBytes(of: a.littleEndian, as: UInt64.self)
    // SAFETY: as above.
    unsafe UnsafeMutableRawPointer(base + offset + 8).storeBytes(
      of: b.littleEndian, as: UInt64.self)
  }
}

extension Block: @unchecked Sendable {}
