import CSentencePiece

extension SentencePieceTokenizer {
  /// Trains a model on lines of text.
  ///
  /// Deterministic: the same lines in the same order, with the same options, give the same bytes.
  /// With ``SentencePieceTrainingOptions/sampledLineCount`` memory is bounded by that many lines,
  /// however long the text is.
  ///
  /// - Parameters:
  ///   - lines: Read once, front to back.
  ///   - options: What to train.
  /// - Throws: ``SentencePieceError`` for options out of range, an empty text, or whatever
  ///   libsentencepiece's trainer says.
  public static func train(
    on lines: some Sequence<String>, options: SentencePieceTrainingOptions = .init()
  ) throws(SentencePieceError) -> SentencePieceTokenizer {
    try options.check()
    var text = TextLines([])
    if let limit = options.sampledLineCount {
      var sample = LineSample(limit: limit, seed: options.seed)
      for line in lines where usable(line, options) { sample.offer(line) }
      for line in sample.lines { text.append(line.utf8) }
    } else {
      for line in lines where usable(line, options) { text.append(line.utf8) }
    }
    return try SentencePieceTokenizer(modelBytes: try train(text, options))
  }

  /// Trains on lines as they are, blank ones included.
  package static func train(
    onPrepared lines: some Sequence<String>, options: SentencePieceTrainingOptions
  ) throws(SentencePieceError) -> SentencePieceTokenizer {
    try options.check()
    return try SentencePieceTokenizer(modelBytes: try train(TextLines(lines), options))
  }

  private static func usable(_ line: String, _ options: SentencePieceTrainingOptions) -> Bool {
    line.utf8.count <= options.maximumLineLength
      && line.utf8.contains { $0 > 0x20 && $0 != 0x7F }
  }

  private static func train(
    _ text: TextLines, _ options: SentencePieceTrainingOptions
  ) throws(SentencePieceError) -> [UInt8] {
    // The trainer ends the process, not the call, when it has nothing to train on.
    guard text.count > 0 else { throw SentencePieceError(.emptyCorpus) }
    var model = unsafe tessera_sp_bytes()
    var message: UnsafeMutablePointer<CChar>?
    var storage: [CChar] = []
    let arguments = options.arguments
    // Every name and value, zero-terminated, one after the other.
    let starts = arguments.flatMap { [$0.name, $0.value] }.map { string in
      defer { storage += string.utf8.map { CChar(bitPattern: $0) } + [0] }
      return storage.count
    }
    // SAFETY: `storage` and `text` are alive during the call and not changed; each start is the
    // beginning of a terminated string in `storage`.
    let status = unsafe storage.withUnsafeBufferPointer { buffer in
      let pointers = unsafe starts.map { start in
        unsafe buffer.baseAddress.map { unsafe $0 + start }
      }
      let names = unsafe stride(from: 0, to: pointers.count, by: 2).map { unsafe pointers[$0] }
      let values = unsafe stride(from: 1, to: pointers.count, by: 2).map { unsafe pointers[$0] }
      return unsafe text.withLines { lines in
        unsafe tessera_sp_train(names, values, arguments.count, lines, &model, &message)
      }
    }
    return try unsafe LibraryModel.take(status, model, message)
  }
}

/// An even sample of a stream of lines, in the order in which they came (reservoir sampling).
package struct LineSample {
  private let limit: Int
  private var generator: SplitMix64
  private var seen: UInt64 = 0
  private var kept: [(order: UInt64, line: String)] = []

  package init(limit: Int, seed: UInt64) {
    self.limit = limit
    generator = SplitMix64(seed: seed)
  }

  package mutating func offer(_ line: String) {
    seen += 1
    if kept.count < limit {
      kept.append((seen, line))
      return
    }
    let place = UInt64.random(in: 0..<seen, using: &generator)
    if place < UInt64(limit) { kept[Int(place)] = (seen, line) }
  }

  /// How many lines were offered.
  package var offeredCount: Int { Int(seen) }

  /// The sample so far.
  package var lines: [String] { kept.sorted { $0.order < $1.order }.map(\.line) }
}

/// SplitMix64: a small generator whose numbers are the same on every machine.
package struct SplitMix64: RandomNumberGenerator, Sendable {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
