import Pipelines
import Synchronization

/// Whole lines, in blocks as they come: what one reading brought, up to its last line feed.
///
/// So a program that feeds lines one by one gets each answer at once, and a file comes in blocks
/// that are worth a thread's while.
struct LineBlocks {
  struct Block: Sendable {
    /// Ends with a line feed, but for the last line of an input that lacks it.
    let bytes: [UInt8]
    /// The number of its first line, from 1.
    let firstLine: Int
    /// Whether all of it is one line, line feeds within included.
    var isOneLine = false

    /// The lines, without their line feeds.
    var lines: [ArraySlice<UInt8>] {
      if isOneLine { return [bytes[...]] }
      let whole = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
      return whole.split(separator: 0x0A, omittingEmptySubsequences: false)
    }

    /// The one line.
    var text: String { String(decoding: lines.first ?? [], as: UTF8.self) }
  }

  /// Gives the output of a block, and why it ends there if it does; then nothing behind it is
  /// written.
  typealias Transform = @Sendable (Block) -> (output: [UInt8], failure: (any Error)?)

  /// Read at a time at most.
  private static let blockSize = 1 << 18
  /// The longest line. Encoding it takes some forty times as much memory.
  static let lineLimit = 1 << 27

  private let input: InputFile
  private var rest: [UInt8] = []
  private var line = 1
  /// The lines of a block that are handed out one by one, the last first.
  private var single: [Block] = []
  private let lineByLine: Bool

  /// - Parameters:
  ///   - input: What is read.
  ///   - lineByLine: Whether every line is a block, because it is much work.
  init(_ input: InputFile, lineByLine: Bool) {
    self.input = input
    self.lineByLine = lineByLine
  }

  /// The next block; nil at the end.
  mutating func next() throws -> Block? {
    guard lineByLine else { return try nextBlock() }
    if single.isEmpty, let block = try nextBlock() {
      single = block.lines.enumerated().map {
        Block(bytes: Array($1), firstLine: block.firstLine + $0, isOneLine: true)
      }.reversed()
    }
    return single.popLast()
  }

  private mutating func nextBlock() throws -> Block? {
    var searched = rest.count
    while true {
      let got = try input.read(into: &rest, limit: Self.blockSize)
      if let end = rest[searched...].lastIndex(of: 0x0A) {
        let block = Block(bytes: Array(rest[...end]), firstLine: line)
        rest.removeSubrange(...end)
        line += block.bytes.count { $0 == 0x0A }
        return block
      }
      if got == 0 {
        defer { rest = [] }
        return rest.isEmpty ? nil : Block(bytes: rest, firstLine: line)
      }
      guard rest.count <= Self.lineLimit else {
        throw CommandFailure(
          .inputUnusable,
          "\(input.name): line \(line) is longer than \(Wording.count(Self.lineLimit)) bytes")
      }
      searched = rest.count
    }
  }

  /// Turns blocks into other bytes on several threads, and writes these to standard output in order.
  ///
  /// At most two blocks for each thread are in memory. What is written does not depend on the number
  /// of threads.
  ///
  /// - Throws: What `transform` gave, or why the input cannot be read or the output written.
  static func process(
    _ input: InputFile, threads: Int, lineByLine: Bool = false, transform: @escaping Transform
  ) throws {
    let source = Mutex(LineBlocks(input, lineByLine: lineByLine))
    let stage = OrderedMap<Result<Block, any Error>, ([UInt8], (any Error)?)>(
      threads: threads, window: threads * 2,
      next: {
        source.withLock { blocks in
          do { return try blocks.next().map { .success($0) } } catch { return .failure(error) }
        }
      },
      transform: { block in
        switch block {
        case .success(let block): transform(block)
        case .failure(let error): ([], error)
        }
      })
    while let (output, failure) = stage.next() {
      try Console.result(bytes: output)
      if let failure {
        stage.stop()
        throw failure
      }
    }
  }
}
