import Foundation
import Testing
import TokenBridges
import TokenFiles

@Suite struct ExportRefusalTests {
  @Test(arguments: TokenExporter.Format.allCases)
  func nothingThatExistsIsReplaced(format: TokenExporter.Format) throws {
    let place = try Place()
    try place.write("precious".utf8, to: "out")
    try place.write("precious".utf8, to: "out.idx")
    let name = format == .megatron ? "out.idx" : "out"
    #expect(throws: BridgeError(.exists, path: place.path(name))) {
      try TokenExporter(format).export(try Samples.golden("example"), to: place.path("out"))
    }
    #expect(try place.names == ["out", "out.idx"])
    #expect(try place.bytes("out") == Array("precious".utf8))
  }

  @Test func anInterruptedFolderIsNotWrittenInto() throws {
    let place = try Place()
    try place.write("x".utf8, to: "out.partial/image.npy")
    #expect(throws: BridgeError(.exists, path: place.path("out.partial"))) {
      try TokenExporter(.npy).export(try Samples.golden("example"), to: place.path("out"))
    }
    #expect(try place.bytes("out.partial/image.npy") == Array("x".utf8))
  }

  @Test func rowsOfDifferentLengthsAreNoCogdata() throws {
    let place = try Place()
    let error = #expect(throws: BridgeError.self) {
      try TokenExporter(.cogdata).export(try Samples.golden("ragged"), to: place.path("c.bin"))
    }
    guard case .unsuitableRow(let row, _, _)? = error?.reason else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(row == 1)
    #expect(try place.names == [])
  }

  @Test func textNeedsItsColumn() throws {
    let header = try Samples.golden("example").header
    #expect(throws: BridgeError(.options("text needs a column of tokens named caption_ids"))) {
      _ = try RowIDs.plain(header, textLength: 4)
    }
    #expect(throws: BridgeError.self) { _ = try RowIDs.plain(header, idOffset: Int(Int32.max)) }
  }
}
