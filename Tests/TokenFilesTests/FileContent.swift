import TokenFiles

/// Rows and rejects of a sound file, read row by row.
struct FileContent: Equatable {
  var rows: [TokenFileRow] = []
  var rejects: [TokenFileReject] = []

  init() {}

  init(of file: TokenFile) throws {
    rows = try (0..<file.count).map { try file.row(at: $0) }
    rejects = try file.rejects()
  }

  init(contentsOf path: String) throws { try self.init(of: TokenFile(contentsOf: path)) }

  init(bytes: [UInt8]) throws { try self.init(of: TokenFile(bytes: bytes)) }

  /// This followed by another file's content, whose inputs are numbered on.
  func followed(by other: FileContent) -> FileContent {
    var joined = self
    joined.rows += other.rows
    let inputs = rows.count + rejects.count
    joined.rejects += other.rejects.map {
      var reject = $0
      reject.input += inputs
      return reject
    }
    return joined
  }

  /// Some rows with the rejects between them, as `append(contentsOf:rows:)` is documented.
  func part(_ range: Range<Int>) -> FileContent {
    var part = FileContent()
    part.rows = Array(rows[range])
    for (number, reject) in rejects.enumerated() {
      let row = reject.input - number
      guard range.contains(row) || (row == rows.count && range.upperBound == rows.count) else {
        continue
      }
      var moved = reject
      moved.input = row - range.lowerBound + part.rejects.count
      part.rejects.append(moved)
    }
    return part
  }

  /// Writes rows and rejects in the order of the inputs.
  func write(to writer: inout TokenFileWriter) throws(TokenFileError) {
    var rejects = rejects[...]
    let start = writer.rowCount + writer.rejectCount
    for row in rows {
      while rejects.first?.input == writer.rowCount + writer.rejectCount - start {
        try writer.reject(rejects.removeFirst())
      }
      try writer.append(row)
    }
    for reject in rejects { try writer.reject(reject) }
  }

  /// Writes a finished file.
  func write(to path: String, header: TokenFileHeader) throws {
    var writer = try TokenFileWriter(to: path, header: header)
    try write(to: &writer)
    try writer.finish(inputs: rows.count + rejects.count)
  }

  /// Content for `Samples.header()`: rows with rejects between them.
  static func sample(
    rows count: Int, rejecting: (_ input: Int) -> Bool = { _ in false }, seed: UInt64 = 1
  ) -> FileContent {
    var content = FileContent()
    var rows = Samples.rows(count, seed: seed)[...]
    var input = 0
    while !rows.isEmpty {
      if rejecting(input) {
        var reject = Samples.reject(input)
        reject.input = input
        content.rejects.append(reject)
      } else {
        content.rows.append(rows.removeFirst())
      }
      input += 1
    }
    return content
  }
}
