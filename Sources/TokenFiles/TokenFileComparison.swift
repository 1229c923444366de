import Tokens

/// How the codes of two token files differ, row by row of the same key.
///
/// Of a key that stands more than once, the first row is compared with the first, the second with the
/// second, and so on.
///
/// ```swift
/// let comparison = try TokenFileComparison(first, second)
/// print(comparison.differingCodeCount, "of", comparison.codeCount)
/// ```
public struct TokenFileComparison: Sendable {
  /// Two rows of one key that are not equal.
  public struct Row: Hashable, Sendable {
    /// The row in the first file.
    public let first: Int
    /// The row in the second file.
    public let second: Int
    /// Codes that differ; nil when the grids are of different sizes.
    public let differingCodeCount: Int?
  }

  /// What the headers say differently, one line per member.
  public let headerDifferences: [String]
  /// The grid column whose codes are compared.
  public let column: TokenFileColumn
  /// Pairs of rows with the same key.
  public private(set) var matchedRowCount = 0
  /// Rows of the first file without a partner, ascending.
  public private(set) var onlyInFirst: [Int] = []
  /// Rows of the second file without a partner, ascending.
  public private(set) var onlyInSecond: [Int] = []
  /// Pairs that are not equal in every column, in the order of the first file.
  public private(set) var unequalRows: [Row] = []
  /// Codes of the pairs whose grids are of one size.
  public private(set) var codeCount = 0
  /// How many of them differ.
  public private(set) var differingCodeCount = 0
  /// Pairs whose grids are of different sizes.
  public private(set) var reshapedRowCount = 0
  /// How often the codes at each place differ, row-major; nil where grids vary in size.
  public private(set) var differencesByPlace: [Int]?
  /// In how many pairs each other column differs.
  public private(set) var differencesByColumn: [String: Int] = [:]

  /// Whether both files hold the same keys with the same values in the same columns.
  public var isEqual: Bool {
    unequalRows.isEmpty && onlyInFirst.isEmpty && onlyInSecond.isEmpty
  }

  /// Compares two files.
  ///
  /// - Parameter name: The grid column whose codes are counted.
  /// - Throws: ``TokenFileError``: `noSuchColumn`; `headersDiffer` when the codes are of two codebooks
  ///   and mean nothing side by side; damage in either file.
  public init(
    _ first: TokenFile, _ second: TokenFile, column name: String = TokenFileColumn.imageName
  ) throws(TokenFileError) {
    headerDifferences = first.header.differences(from: second.header)
    guard first.header.codec.codebookDigest == second.header.codec.codebookDigest else {
      throw TokenFileError(
        .headersDiffer(headerDifferences.filter { $0.hasPrefix("codec.") }), path: second.path)
    }
    column = try first.tokenColumn(name)
    _ = try second.tokenColumn(name)
    if case .grid(let height, let width, _) = column.kind,
      second.header.column(named: name)?.kind == column.kind
    {
      differencesByPlace = [Int](repeating: 0, count: height * width)
    }
    for pair in try matches(first, second) {
      try compare(first, pair.first, second, pair.second)
    }
  }

  /// Pairs of rows with the same key, in the order of the first file.
  private mutating func matches(
    _ first: TokenFile, _ second: TokenFile
  ) throws(TokenFileError) -> [(first: Int, second: Int)] {
    let left = try first.keyFingerprints()
    let right = try second.keyFingerprints()
    if left == right { return left.indices.map { ($0, $0) } }
    let leftOrder = left.indices.sorted { (left[$0], $0) < (left[$1], $1) }
    let rightOrder = right.indices.sorted { (right[$0], $0) < (right[$1], $1) }
    var pairs: [(first: Int, second: Int)] = []
    var (l, r) = (0, 0)
    while l < left.count || r < right.count {
      if r == right.count || l < left.count && left[leftOrder[l]] < right[rightOrder[r]] {
        onlyInFirst.append(leftOrder[l])
        l += 1
      } else if l == left.count || right[rightOrder[r]] < left[leftOrder[l]] {
        onlyInSecond.append(rightOrder[r])
        r += 1
      } else {
        pairs.append((leftOrder[l], rightOrder[r]))
        l += 1
        r += 1
      }
    }
    onlyInFirst.sort()
    onlyInSecond.sort()
    return pairs.sorted { $0.first < $1.first }
  }

  private mutating func compare(
    _ first: TokenFile, _ firstRow: Int, _ second: TokenFile, _ secondRow: Int
  ) throws(TokenFileError) {
    matchedRowCount += 1
    let left = try first.values(ofRow: firstRow)
    let right = try second.values(ofRow: secondRow)
    var isEqual = true
    var differing: Int? = 0
    for name in Set(left.keys).union(right.keys) where left[name] != right[name] {
      isEqual = false
      guard name == column.name, let ours = left[name], let theirs = right[name] else {
        differencesByColumn[name, default: 0] += 1
        continue
      }
      differing = count(ours, theirs)
    }
    if let codes = left[column.name], differing != nil { codeCount += codes.tokenCount }
    if !isEqual {
      unequalRows.append(Row(first: firstRow, second: secondRow, differingCodeCount: differing))
    }
  }

  /// Counts the codes in which two values of the column differ; nil when their sizes do.
  private mutating func count(_ left: TokenFileValue, _ right: TokenFileValue) -> Int? {
    guard case .grid(let ours) = left, case .grid(let theirs) = right,
      ours.height == theirs.height, ours.width == theirs.width
    else {
      reshapedRowCount += 1
      return nil
    }
    var sum = 0
    for place in ours.tokens.indices where ours.tokens[place] != theirs.tokens[place] {
      sum += 1
      differencesByPlace?[place] += 1
    }
    differingCodeCount += sum
    return sum
  }
}

extension TokenFile {
  /// Fingerprints of all keys, in row order.
  package func keyFingerprints() throws(TokenFileError) -> [Fingerprint] {
    var result: [Fingerprint] = []
    result.reserveCapacity(count)
    for chunk in 0..<chunkCount {
      for key in try keys(inChunk: chunk) { result.append(Fingerprint(of: key)) }
    }
    return result
  }

  /// The values of a row by column name.
  fileprivate func values(ofRow row: Int) throws(TokenFileError) -> [String: TokenFileValue] {
    var values: [String: TokenFileValue] = [:]
    for (column, value) in zip(header.columns, try orderedValues(ofRow: row)) {
      values[column.name] = value
    }
    return values
  }
}
