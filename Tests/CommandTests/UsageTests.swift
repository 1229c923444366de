import Foundation
import TestSupport
import Testing

@Suite struct UsageTests {
  @Test(arguments: [
    ["frobnicate"], ["encode"], ["encode", "in"], ["encode", "-o", "x.tessera"],
    ["encode", "in", "-o", "x.tessera", "--sise", "64"],
    ["encode", "in", "-o", "x.tessera", "--size", "large"],
    ["encode", "in", "-o", "x.tessera", "--size", "100"],
    ["encode", "in", "-o", "x.tessera", "--size", "0"],
    ["encode", "in", "-o", "x.tessera", "--size", "1000000000"],
    ["encode", "in", "-o", "x.tessera", "--threads", "0"],
    ["encode", "in", "-o", "x.tessera", "--threads", "-1"],
    ["encode", "in", "-o", "x.tessera", "--recipe", "stretch"],
    ["encode", "in", "-o", "x.tessera", "--policy", "quick"],

    ["encode", "in", "-o", "x.tessera", "--max-rejects", "many"],
    ["encode", "in", "-o", "x.tessera", "--max-rejects", "101%"],
    ["encode", "in", "-o", "x.tessera", "--max-rejects=-1"],
    ["encode", "in", "-o", "x.tessera", "--codec", "unheard-of"],
    ["encode", "in", "-o", "x.tessera", "--codec", "sber-f8"], ["decode"],
    ["decode", "x.tessera"], ["decode", "x.tessera", "-o", "p", "--format", "gif"],
    ["decode", "x.tessera", "-o", "p", "--rows", "one"], ["reconstruct", "in"],
    ["reconstruct", "in", "-o", "r", "--limit", "0"], ["tokens", "info"], ["tokens", "verify"],
    ["tokens", "export", "x", "-o", "y"], ["tokens", "export", "x", "--to", "csv", "-o", "y"],
    ["tokens", "export", "x", "--to", "npy", "--id-offset", "3", "-o", "y"],
    ["tokens", "export", "x", "--to", "cogdata", "--layout", "cogview9", "-o", "y"],
    ["tokens", "import", "x.npy"], ["tokens", "import", "x.npy", "-o", "y", "--grid", "4"],
    ["tokens", "append", "x.tessera"], ["tokens", "merge", "x"],
    ["tokens", "split", "x", "-o", "p"],
    ["tokens", "split", "x", "-o", "p", "--rows", "0"],
    ["tokens", "select", "x", "-o", "y", "--rows", "0", "--keys", "k"],
    ["tokens", "frobnicate"], ["codec", "info", "--codec", "unheard-of"],
    ["codec", "list", "extra"],
  ])
  func misuseIsOneLineAndStatus2(arguments: [String]) throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    try place.write(Fixtures.bytes("images/accept/411.jpg"), to: "x")
    let outcome = try Command.Running(arguments, in: place.url).outcome()
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.complaints.count == 1)
    #expect(outcome.errors.hasPrefix("tessera: "))
    #expect(!place.exists("x.tessera.partial"))
  }

  /// Every help text, with the arguments that show it. `Fixtures/command/help` holds them.
  static let helps: [[String]] = [
    [], ["encode"], ["decode"], ["reconstruct"], ["tokens"], ["tokens", "info"],
    ["tokens", "verify"], ["tokens", "convert"], ["tokens", "stats"], ["tokens", "diff"],
    ["tokens", "salvage"], ["tokens", "append"], ["tokens", "merge"], ["tokens", "split"],
    ["tokens", "select"], ["tokens", "export"], ["tokens", "import"],
    ["tokens", "duplicates"], ["text"], ["text", "plan"],
    ["codec"], ["codec", "list"], ["codec", "info"], ["codec", "convert"],
    ["codec", "cluster"], ["ice"], ["ice", "train"], ["ice", "encode"], ["ice", "decode"],
    ["ice", "explain"], ["sequence"], ["sequence", "list"], ["sequence", "build"],
    ["sequence", "split"],
    ["bpe"], ["bpe", "train"], ["bpe", "encode"], ["bpe", "decode"], ["bpe", "vocab"],
    ["bpe", "count"], ["bpe", "export"],
  ]

  @Test(arguments: helps)
  func helpIsAsItWasReviewed(command: [String]) throws {
    let name = (["tessera"] + command).joined(separator: "-")
    let outcome = try Command.Running(command + ["--help"]).outcome()
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    #expect(
      outcome.output
        == String(decoding: try Fixtures.bytes("command/help/\(name).txt"), as: UTF8.self))
  }

  @Test(
    arguments: helps.filter {
      $0.count == 2 || ["encode", "decode", "reconstruct"].contains($0.first)
    })
  func everyHelpHasAnExample(command: [String]) throws {
    let outcome = try Command.Running(command + ["--help"]).outcome()
    #expect(outcome.output.contains("EXAMPLES\n  tessera \(command.joined(separator: " "))"))
  }

  @Test func theVersionIsAResult() throws {
    let outcome = try Command.run("--version")
    #expect(outcome.status == 0 && outcome.errors.isEmpty && outcome.output == "0.1.0\n")
  }

  @Test func codecsAreListedAndShown() throws {
    let list = try Command.run("codec", "list")
    #expect(list.status == 0 && list.errors.isEmpty)
    for name in ["default", "sber-f8", "sber-f8-dwt", "taming", "dalle-dvae", "ice-f8", "movq"] {
      #expect(list.output.split(separator: "\n").contains { $0.hasPrefix("\(name) ") })
    }
    let info = try Command.run("codec", "info", "--json")
    let facts = try #require(
      JSONSerialization.jsonObject(with: Data(info.output.utf8)) as? [String: Any])
    #expect(facts["name"] as? String == "default" && facts["codebook_size"] as? Int == 8192)
    #expect((facts["weights_sha256"] as? String)?.count == 64)
  }

  @Test func whatIsInATokenFile() throws {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "64")
    let info = try place.run("tokens", "info", "x.tessera")
    #expect(info.status == 0)
    #expect(info.output.contains("rows      6 in 1 chunk\n"))
    #expect(info.output.contains("image: grid 8 × 8 below 8,192, packed\n"))
    #expect(info.output.contains("square-lanczos at 64 pixels"))
    let verified = try place.run("tokens", "verify", "x.tessera", "x.tessera")
    #expect(verified.status == 0)
    #expect(verified.output.split(separator: "\n").count == 2)
    #expect(verified.output.hasPrefix("x.tessera: sound, 6 rows, 3 rejects, "))
  }
}
