import CBytePairEncoding

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Memory for `Block`: small pieces from the heap, large ones as pages of their own.
enum Pages {
  /// From this size on a block gets pages of its own.
  private static let mappedFrom = 1 << 20
  /// From this size on huge pages are asked for: tables probed at random otherwise spend most of
  /// their time in the page walk.
  private static let hugeFrom = 4 << 20

  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= mappedFrom else {
      // SAFETY: calloc returns zeroed memory of at least the asked size or nil, which is checked.
      guard let memory = unsafe calloc(1, max(byteCount, 1)) else { exhausted(byteCount) }
      return unsafe memory
    }
    // SAFETY: an anonymous private mapping touches no memory of anybody else; failure is checked.
    let memory = unsafe mmap(
      nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
    guard let memory = unsafe memory, unsafe memory != MAP_FAILED else { exhausted(byteCount) }
    unsafe advise(memory, byteCount)
    return unsafe memory
  }

  static func free(_ memory: UnsafeMutableRawPointer, byteCount: Int) {
    if byteCount >= mappedFrom {
      // SAFETY: the caller passes a pointer and size as given out by `allocate` or `resize`.
      unsafe munmap(memory, byteCount)
    } else {
      #if canImport(Glibc)
        // SAFETY: as above; this size came from calloc.
        unsafe Glibc.free(memory)
      #elseif canImport(Musl)
        unsafe Musl.free(memory)
      #else
        unsafe Darwin.free(memory)
      #endif
    }
  }

  /// Makes a region larger or smaller; kept bytes stay, new ones are zero.
  static func resize(
    _ memory: UnsafeMutableRawPointer, from oldCount: Int, to newCount: Int
  ) -> UnsafeMutableRawPointer {
    if oldCount >= mappedFrom && newCount >= mappedFrom {
      // SAFETY: `memory` is a whole mapping of `oldCount` bytes; the system moves the pages and
      // zero-fills new ones; failure is checked.
      let moved = unsafe tessera_remap(memory, oldCount, newCount)
      guard let moved = unsafe moved, unsafe moved != MAP_FAILED else { exhausted(newCount) }
      unsafe advise(moved, newCount)
      return unsafe moved
    }
    let copy = unsafe allocate(byteCount: newCount)
    // SAFETY: both regions hold at least the smaller number of bytes and are distinct allocations.
    unsafe copy.copyMemory(from: memory, byteCount: min(oldCount, newCount))
    unsafe free(memory, byteCount: oldCount)
    return unsafe copy
  }

  @inline(__always) static func prefetch(_ address: UInt) {
    // SAFETY: a prefetch reads nothing; the address may be invalid.
    if let pointer = unsafe UnsafeRawPointer(bitPattern: address) {
      unsafe tessera_prefetch(pointer)
    }
  }

  private static func advise(_ memory: UnsafeMutableRawPointer, _ byteCount: Int) {
    #if os(Linux)
      // SAFETY: the range is a mapping of ours; advice changes no content.
      if byteCount >= hugeFrom { unsafe madvise(memory, byteCount, 14 /* MADV_HUGEPAGE */) }
    #endif
  }

  private static func exhausted(_ byteCount: Int) -> Never {
    fatalError("the system refused \(byteCount) bytes of memory")
  }
}
