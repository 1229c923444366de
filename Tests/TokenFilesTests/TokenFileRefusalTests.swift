import Foundation
import TestSupport
import Testing
import TokenFiles

@Suite struct TokenFileRefusalTests {
  /// Opens the file, reads everything, and returns the first refusal.
  private func refusal(of path: String) -> TokenFileError? {
    do throws(TokenFileError) {
      let file = try TokenFile(contentsOf: path)
      for position in 0..<file.count { _ = try file.row(at: position) }
      _ = try file.rejects()
      return file.verify().problems.first
    } catch {
      return error
    }
  }

  private func name(_ reason: TokenFileError.Reason) -> String {
    String("\(reason)".prefix { $0 != "(" })
  }

  @Test func refusedFilesGiveTheirReasonAndPlace() throws {
    for (name, golden) in try GoldenRefusal.all().sorted(by: { $0.key < $1.key }) {
      let path = Fixtures.url("token-file/refuse/\(name).tessera").path
      let error = refusal(of: path)
      #expect(
        error.map { self.name($0.reason) } == golden.reason, "\(name): \(error?.description ?? "")")
      if let offset = golden.offset {
        #expect(error?.offset == offset, "\(name): \(error?.description ?? "")")
      }
      #expect(error?.path == path, "\(name)")
      #expect(error?.description.contains("\n") == false, "\(name)")
    }
  }

  @Test func everyRefusedFileIsRefusedFromAStream() throws {
    for name in try GoldenRefusal.all().keys {
      #expect(throws: TokenFileError.self, "\(name)") {
        var stream = try TokenFileStream(
          contentsOf: Fixtures.url("token-file/refuse/\(name).tessera").path)
        while try stream.next() != nil {}
      }
    }
  }

  @Test func missingFilesAndFoldersAreRefused() throws {
    #expect(throws: TokenFileError.self) { try TokenFile(contentsOf: "/nonexistent/a.tessera") }
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    #expect(throws: TokenFileError.self) { try TokenFile(contentsOf: folder.path) }
  }
}
