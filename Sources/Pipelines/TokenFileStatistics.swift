public import ImageMetrics
public import TokenFiles
import Tokens

/// What a token file holds, in numbers: how its codes are used, what its tokens and captions take, what
/// stands in it twice.
///
/// ```swift
/// let statistics = try TokenFileStatistics(of: TokenFile(contentsOf: "photographs.tessera"))
/// print(statistics.usage.entropy, statistics.storedBitsPerToken ?? 0)
/// ```
public struct TokenFileStatistics: Sendable {
  /// How often each code is used in the grid column.
  public private(set) var usage: CodebookUsage
  /// Bytes that the grid column takes in the file.
  public let storedByteCount: Int
  /// Captions per row; nil without a column of captions.
  public private(set) var captionsPerRow: LengthSummary?
  /// Unicode code points per caption; nil without a column of captions.
  public private(set) var captionLengths: LengthSummary?
  /// Tokens per row in each column of kind `tokens`, by its name.
  public private(set) var tokenLengths: [String: LengthSummary] = [:]
  /// Rows whose key an earlier row has.
  public private(set) var duplicateKeyCount = 0
  /// Rows whose grid an earlier row has, code by code.
  public private(set) var duplicateGridCount = 0

  /// Bits that a token of the grid column takes in the file; nil without tokens.
  public var storedBitsPerToken: Double? {
    usage.tokenCount == 0 ? nil : Double(8 * storedByteCount) / Double(usage.tokenCount)
  }

  /// Reads every row of a file.
  ///
  /// Takes 32 bytes of memory per row.
  ///
  /// - Parameter name: The grid column whose codes are counted.
  /// - Throws: ``TokenFileError``: `noSuchColumn`; damage.
  public init(
    of file: TokenFile, column name: String = TokenFileColumn.imageName
  ) throws(TokenFileError) {
    guard let column = file.header.column(named: name),
      let codes = column.kind.vocabularySize, column.kind.name == "grid"
    else { throw TokenFileError(.noSuchColumn(name: name, kind: "grid"), path: file.path) }
    usage = CodebookUsage(codebookSize: codes)
    storedByteCount = try file.storedByteCount(ofColumn: name)
    var grids: [Fingerprint] = []
    grids.reserveCapacity(file.count)
    for chunk in 0..<file.chunkCount {
      for value in try file.values(inChunk: chunk, column: name) {
        guard case .grid(let grid) = value else { continue }
        do throws(ImageMetricsError) { try usage.add(grid) } catch {
          preconditionFailure("the file lets no token beyond its vocabulary pass: \(error)")
        }
        grids.append(Fingerprint(of: grid))
      }
      try countLengths(of: file, chunk)
    }
    duplicateGridCount = Self.duplicates(among: grids)
    duplicateKeyCount = Self.duplicates(among: try file.keyFingerprints())
  }

  private mutating func countLengths(
    of file: TokenFile, _ chunk: Int
  ) throws(TokenFileError) {
    for column in file.header.columns {
      switch column.kind {
      case .texts where column.name == TokenFileColumn.captionsName:
        for case .texts(let captions) in try file.values(inChunk: chunk, column: column.name) {
          captionsPerRow.add(captions.count)
          for caption in captions { captionLengths.add(caption.unicodeScalars.count) }
        }
      case .tokens:
        for case .tokens(let tokens) in try file.values(inChunk: chunk, column: column.name) {
          tokenLengths[column.name, default: LengthSummary()].add(tokens.count)
        }
      default: break
      }
    }
  }

  /// How many of them stand behind an equal one.
  private static func duplicates(among prints: [Fingerprint]) -> Int {
    let sorted = prints.sorted()
    return zip(sorted, sorted.dropFirst()).count { $0 == $1 }
  }
}

extension LengthSummary? {
  fileprivate mutating func add(_ length: Int) {
    var summary = self ?? LengthSummary()
    summary.add(length)
    self = summary
  }
}

extension Fingerprint {
  fileprivate init(of grid: TokenGrid) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + 4 * grid.tokens.count)
    for number in [TokenID(grid.height), TokenID(grid.width)] + grid.tokens {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    self.init(of: bytes)
  }
}
