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
      let more = try field(isWanted: count == wanted, &output)
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
      let more = try field(isWanted: true, &name)
      names.append(String(decoding: name, as: UTF8.self))
      if !more { return names }
    }
  }

  /// Passes one field, which is appended to `output` if it is wanted; returns whether another
  /// follows in the row.
  private mutating func field(
    isWanted: Bool, _ output: inout [UInt8]
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
        if isWanted { output.append(byte) }
        try checkLength(output.count - start)
      }
    }
    while true {
      try cursor.passPlain(until: separator, appendingTo: &output, ifWanted: isWanted)
      try checkLength(output.count - start)
      guard let byte = try cursor.peek() else { return false }
      guard byte == separator || byte == 0x0A || byte == 0x0D else { continue }
      _ = try cursor.next()
      if byte == separator { return true }
      if byte == 0x0A { return false }
      // A carriage return belongs to the end of the line or to the text.
      if try cursor.peek() != 0x0A, isWanted { output.append(byte) }
    }
  }

  private func checkLength(_ count: Int) throws(CorpusError) {
    if count > CorpusReader.longestField {
      throw cursor.error(.tooLong(what: "a field", limit: CorpusReader.longestField))
    }
  }
}
