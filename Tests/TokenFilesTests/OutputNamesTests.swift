import TokenFiles
import Testing

@Suite struct OutputNamesTests {
  private func names(_ keys: [String]) -> [String] {
    var names = OutputNames()
    return keys.enumerated().map { names.name(forKey: $1, row: $0, fileExtension: "png") }
  }

  @Test func plainKeysKeepTheirNames() {
    #expect(
      names(["a", "sub/b", "日本/é", "a.jpg"]) == ["a.png", "sub/b.png", "日本/é.png", "a.jpg.png"])
  }

  @Test(
    arguments: [
      "../../etc/passwd", "/etc/passwd", "a/../../b", "..", ".", "./x", "a/./b", "//", "", "/",
      ".hidden", "a/.hidden/b", "a\0b", "a\nb", "\u{1B}[2J",
      "a/" + String(repeating: "../", count: 40),
      String(repeating: "x", count: 5_000), String(repeating: "d/", count: 3_000) + "x",
      String(repeating: "é", count: 400), "~", "-rf", " ",
    ])
  func noKeyLeavesTheFolder(key: String) {
    let name = names([key])[0]
    let components = name.split(separator: "/", omittingEmptySubsequences: false)
    #expect(!components.contains { $0.isEmpty || $0.hasPrefix(".") || $0.utf8.count > 255 })
    #expect(name.utf8.count < 4_000 && name.hasSuffix(".png"))
    #expect(!name.unicodeScalars.contains { $0.properties.generalCategory == .control })
  }

  @Test func equalKeysAreToldApartByTheirRow() {
    #expect(names(["a", "a", "b", "a"]) == ["a.png", "a~1.png", "b.png", "a~3.png"])
    #expect(names(["x/a", "x//a", "x/./a"]) == ["x/a.png", "x_a~1.png", "x/_/a.png"])
  }

  @Test func keysWithoutAnythingAreCalledByTheirRow() {
    #expect(names(["", "/", "row"]) == ["row~0.png", "row~1.png", "row.png"])
  }

  @Test func aFileNeverStandsInTheWayOfAFolder() {
    #expect(names(["a", "a.png/b"]) == ["a.png", "a.png_b~1.png"])
    #expect(names(["a.png/b", "a"]) == ["a.png/b.png", "a~1.png"])
    #expect(
      names(["a~1", "b", "a~1", "a", "a"]) == ["a~1.png", "b.png", "a~1~2.png", "a.png", "a~4.png"])
  }

  @Test func aNumberedNameThatIsTakenIsSetApart() {
    #expect(names(["a", "a~2", "a"]) == ["a.png", "a~2.png", "_a~2.png"])
  }
}
