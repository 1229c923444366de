import Foundation
import TestSupport
import Testing
import TokenFiles
import Tokens

@Suite struct CompactTokensTests {
  /// Grids with structure: each token is near its neighbours.
  private func rows(
    _ count: Int, height: Int, width: Int, codebookSize: Int, seed: UInt64
  ) -> [TokenFileRow] {
    var random = SeededGenerator(seed: seed)
    return (0..<count).map { number in
      var tokens: [TokenID] = []
      for place in 0..<height * width {
        let near = place % width > 0 ? tokens[place - 1] : TokenID(codebookSize / 2)
        let step = TokenID.random(in: -3...3, using: &random)
        tokens.append(min(TokenID(codebookSize - 1), max(0, near + step)))
      }
      return TokenFileRow(
        key: "\(number)", grid: TokenGrid(height: height, width: width, tokens: tokens))
    }
  }

  private func write(_ rows: [TokenFileRow], _ header: TokenFileHeader) throws -> [UInt8] {
    let folder = try Fixtures.temporaryFolder(inMemory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("a.tessera").path
    var writer = try TokenFileWriter(to: path, header: header)
    for row in rows { try writer.append(row) }
    try writer.finish()
    return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  @Test(arguments: [2, 3, 64, 1000, 8192, 20_000])
  func compactFilesHoldTheSameAndAreSmaller(codebookSize: Int) throws {
    let rows = rows(
      60, height: 16, width: 12, codebookSize: codebookSize, seed: UInt64(codebookSize))
    let header = Samples.header(
      height: 16, width: 12, codebookSize: codebookSize, rowsPerChunk: 25)
    let packed = try write(rows, header)
    let tree = CodebookTree(identityOver: codebookSize)
    let bytes = try write(rows, header.compacted(along: tree))
    let file = try TokenFile(bytes: bytes)
    for position in rows.indices.reversed() {
      #expect(try file.row(at: position) == rows[position])
      #expect(try file.grid(at: position) == rows[position].grid)
    }
    #expect(try file.tokens(inChunk: 1) == rows[25..<50].flatMap(\.grid.tokens))
    #expect(file.verify().problems == [])
    let treeSize = (codebookSize * 15 / 8) * 4 / 3
    #expect(codebookSize < 64 || bytes.count - treeSize < packed.count * 9 / 10)
  }

  /// Noise cannot be coded below its packed size; the chunk is then packed.
  @Test func noiseIsStoredPacked() throws {
    let header = Samples.header(rowsPerChunk: 4).compacted(
      along: CodebookTree(identityOver: 8192))
    let rows = Samples.rows(10)
    let file = try TokenFile(bytes: write(rows, header))
    for position in rows.indices { #expect(try file.row(at: position) == rows[position]) }
  }

  @Test func packedAndCompactConvertIntoEachOther() throws {
    let folder = try Fixtures.temporaryFolder(inMemory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
    let header = Samples.header(height: 8, width: 8, codebookSize: 500, rowsPerChunk: 10)
    var writer = try TokenFileWriter(to: path("packed"), header: header)
    for (number, row) in rows(35, height: 8, width: 8, codebookSize: 500, seed: 5).enumerated() {
      if number % 9 == 4 { try writer.reject(Samples.reject(number)) }
      try writer.append(row)
    }
    try writer.finish()
    let packed = try TokenFile(contentsOf: path("packed"))
    try packed.rewrite(
      to: path("compact"), header: header.compacted(along: CodebookTree(identityOver: 500)))
    let compact = try TokenFile(contentsOf: path("compact"))
    #expect(try compact.rejects() == packed.rejects())
    #expect(compact.header.packed() == header)
    try compact.rewrite(to: path("again"), header: compact.header.packed())
    #expect(
      try Data(contentsOf: URL(fileURLWithPath: path("again")))
        == Data(contentsOf: URL(fileURLWithPath: path("packed"))))
  }

  @Test func damagedStreamsAreRefusedAndNeverCrash() throws {
    let header = Samples.header(height: 8, width: 8, codebookSize: 300, rowsPerChunk: 10)
      .compacted(along: CodebookTree(identityOver: 300))
    let rows = rows(20, height: 8, width: 8, codebookSize: 300, seed: 6)
    let bytes = try write(rows, header)
    var random = SeededGenerator(seed: 7)
    var damaged = bytes
    for offset in stride(from: 0, to: bytes.count, by: 3) {
      damaged[offset] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      if let file = try? TokenFile(bytes: damaged) {
        for position in [0, 9, 10, 19] {
          if let row = try? file.row(at: position), row != rows[position] {
            Issue.record("byte \(offset) changed row \(position) silently")
          }
        }
        #expect(!file.verify().isSound, "byte \(offset)")
      }
      damaged[offset] = bytes[offset]
    }
  }

  @Test func treesPutNearCodewordsTogether() throws {
    // Codewords on a line, in shuffled order: labels must follow the line, up to its direction.
    var random = SeededGenerator(seed: 8)
    let order = Array(0..<100).shuffled(using: &random)
    let tree = CodebookTree(
      codewords: order.flatMap { [Float($0), Float($0) * 0.5 + 1] }, dimension: 2)
    #expect(tree.bits == 7)
    let labels = zip(order, tree.labels).sorted { $0.0 < $1.0 }.map(\.1)
    #expect(labels == labels.sorted() || labels == labels.sorted(by: >))
    #expect(CodebookTree(labels: tree.labels) == tree)
    #expect(CodebookTree(labels: [0, 1, 1]) == nil)
    #expect(CodebookTree(labels: [0, 4]) == nil)
    #expect(CodebookTree(labels: []) == nil)
  }

  @Test func differencesNameATreeWithoutWritingItOut() {
    let header = Samples.header(codebookSize: 8192)
    let compact = header.compacted(along: CodebookTree(identityOver: 8192))
    let lines = header.differences(from: compact)
    #expect(lines.count == 2)
    #expect(lines.contains { $0.contains("columns[0].tree: null in the file") })
    #expect(lines.allSatisfy { $0.utf8.count < 200 && !$0.contains("\n") })
  }
}
