/// Where in a sink's output the pieces of a word lie.
struct PieceRange: BitwiseCopyable {
  var start: Int
  var count: Int
}

extension WordEncoder {
  /// Encodes the first `count` of `words`, cut from `text`, in any order, and notes in `ranges` where
  /// the pieces of each lie in the sink's output.
  mutating func encode<Format: PieceFormat>(
    _ words: borrowing Block<WordKey>, _ count: Int, of text: Span<UInt8>,
    to sink: inout BlockSink<Format>, _ ranges: borrowing Block<PieceRange>
  ) {
    let usesLanes = tables.preparation.isIdentity && MergeLanes.fit(tables)
    // The lanes in use come first.
    var lanesByUse: [4 of Int] = [0, 1, 2, 3]
    var wordInLane = [4 of Int](repeating: 0)
    var inUse = 0
    var next = 0
    while true {
      while inUse < MergeLanes.count, next < count {
        let lane = lanesByUse[inUse]
        if usesLanes, load(words[next], text, lane) {
          wordInLane[lane] = next
          inUse &+= 1
        } else {
          ranges[next] = encodeAlone(words[next], text, &sink)
        }
        next &+= 1
      }
      guard inUse > 0 else { return }
      var position = 0
      while position < inUse {
        let lane = lanesByUse[position]
        if lanes.step(lane) {
          position &+= 1
          continue
        }
        let start = sink.output.count
        lanes.forEachToken(lane) { token, _ in sink.token(tables.id(of: token)) }
        ranges[wordInLane[lane]] = PieceRange(start: start, count: sink.output.count &- start)
        inUse &-= 1
        lanesByUse[position] = lanesByUse[inUse]
        lanesByUse[inUse] = lane
      }
    }
  }

  /// Puts a word into a lane; false when it is too long or not all of its characters are known.
  @inline(__always)
  private mutating func load(_ key: WordKey, _ text: Span<UInt8>, _ lane: Int) -> Bool {
    guard key.length < 4 * MergeLanes.capacity else { return false }
    let word = text.extracting(key.start..<key.start &+ key.length)
    lanes.set(0, of: lane, to: tables.lowLine)
    var count = 1
    var offset = 0
    while offset < word.count {
      let scalar = UTF8Text.decode(word, &offset)
      guard scalar != UTF8Text.invalid, count < MergeLanes.capacity else { return false }
      let token = tables.token(of: scalar)
      guard token != tables.unknown else { return false }
      lanes.set(count, of: lane, to: token)
      count &+= 1
    }
    lanes.start(lane, count: count)
    return true
  }

  private mutating func encodeAlone<Format: PieceFormat>(
    _ key: WordKey, _ text: Span<UInt8>, _ sink: inout BlockSink<Format>
  ) -> PieceRange {
    var none: DropoutSource?
    let start = sink.output.count
    encode(text.extracting(key.start..<key.start + key.length), dropout: &none, to: &sink)
    return PieceRange(start: start, count: sink.output.count - start)
  }
}
