/// Takes one column out of TSV or CSV.
struct RowReader {
  private var cursor: ByteCursor
  private let isQuoted: Bool
  private let separator: UInt8
  private let column: Corpus.Column
  /// The column's number, once known.
  private var index: Int?

  init(
    _ source: any ByteSource, format: Corpus.Format, column: Corpus.Column
  ) throws(CorpusError) {
    cursor = try ByteCursor(source)
    isQuoted = format == .csv
    separator = format == .csv ? 0x2C : 0x09
    self.column = column
    if case .index(let number) = column { index = number }
  }

  /// Appends the next row's text to `output`; false at the end. Empty lines are passed over.
  mutating func next(appendingTo output: inout [UInt8]) throws(CorpusError) -> Bool {
    if index == nil {
      guard case .name(let name) = column else { return false }
      let known = try heading()
      guard let found = known.firstIndex(of: name) else {
        throw cursor.error(.unknownColumn(name: name, known: known))
      }
      index = found
    }
    while true {
      guard let first = try cursor.peek() else { return false }
      if first == 0x0A || first == 0x0D {
        _ = try cursor.next()
        continue
      }
      return try row(index ?? 0, appendingTo: &output)
    }
  }

  private mutating func row(
    _ wanted: Int, appendingTo output: inout [UInt8]
  ) throws(CorpusError) -> Bool {
    let line = cursor.line
    var count = 0
    while true {
      let more = try field(count == wanted ? { $0.append($1) } : { _, _ in }, &output)
      count += 1
      if !more { break }
    }
    guard count > wanted else {
      let name: String
      switch column {
      case .index(let number): name = "\(number + 1)"
      case .name(let text): name = "\"\(text)\""
      }
      throw CorpusError(
        .missingColumn(name: name, columnCount: count), path: cursor.path, line: line)
    }
    return true
  }

  private mutating func heading() throws(CorpusError) -> [String] {
    var names: [String] = []
    guard try cursor.peek() != nil else { return [] }
    while true {
      var name: [UInt8] = []
      let more = try field({ $0.append($1) }, &name)
      names.append(String(decoding: name, as: UTF8.self))
      if !more { return names }
    }
  }

  /// Passes one field; returns whether another follows in the row.
  private mutating func field(
    _ take: (inout [UInt8], UInt8) -> Void, _ output: inout [UInt8]
  ) throws(CorpusError) -> Bool {
    let start = output.count
    if isQuoted, try cursor.peek() == 0x22 {
      let line = cursor.line
      _ = try cursor.next()
      while true {
        guard let byte = try cursor.next() else {
          throw CorpusError(.unclosedQuote, path: cursor.path, line: line)
        }
        if byte == 0x22 {
          // Two quotes stand for one; one alone ends the quoted part.
          guard try cursor.peek() == 0x22 else { break }
          _ = try cursor.next()
        }
        take(&output, byte)
        try checkLength(output.count - start)
      }
    }
    while let byte = try cursor.next() {
      if byte == separator { return true }
      if byte == 0x0A { return false }
      if byte == 0x0D, try cursor.peek() == 0x0A { continue }
      take(&output, byte)
      try checkLength(output.count - start)
    }
    return false
  }

  private func checkLength(_ count: Int) throws(CorpusError) {
    if count > CorpusReader.longestField {
      throw cursor.error(.tooLong(what: "a field", limit: CorpusReader.longestField))
    }
  }
}
