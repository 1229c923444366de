import Foundation
import TestSupport
import Testing
import TokenFiles

/// `encode --text`, `text plan`, and what `sequence build` makes of stored ids.
@Suite struct TextCommandTests {
  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    try place.add(picture: "accept/444.jpg", as: "in/b.jpg")
    try place.write("A Red Cat\non a blue mat, twice\n", to: "in/a.txt")
    try place.write("two dogs", to: "in/b.txt")
    try place.write(Fixtures.bytes("yttm/model/cap.model"), to: "bpe.model")
    return place
  }

  @Test func captionsThatAreCutAreCounted() throws {
    let place = try place()
    let whole = try place.run(
      "encode", "in", "-o", "x.tessera", "--size", "16", "--text", "bpe.model")
    #expect(whole.status == 0 && !whole.output.contains("cut"))
    let cut = try place.run(
      "encode", "in", "-o", "y.tessera", "--size", "16", "--text", "bpe.model", "--text-length",
      "9", "--text-pad", "0")
    #expect(cut.output.contains("captions cut to 9 ids: 1 of 3"))
    let json = try place.run(
      "encode", "in", "-o", "z.tessera", "--size", "16", "--text", "bpe.model", "--text-length",
      "9", "--json")
    #expect(json.output.contains(#""caption_length":9,"captions":3,"cut_captions":1"#))
    let info = try place.run("tokens", "info", "y.tessera")
    #expect(info.output.contains("yttm, 500 ids, at most 9 per caption, filled up with 0"))
    // What is recorded is another file than that without ids.
    let refused = try place.run("encode", "in", "-o", "y.tessera", "--size", "16")
    #expect(refused.status == 1 && refused.errors.contains("other options"))
  }

  @Test func theOptionsMustFitTogether() throws {
    let place = try place()
    for options in [
      ["--text-length", "5"], ["--text", "bpe.model", "--text-pad", "0"],
      ["--text", "bpe.model", "--text-length", "5", "--text-pad", "500"],
      ["--text", "bpe.model", "--captions", "none"],
      ["--text", "bpe.model", "--text-length", "-1"],
    ] {
      let outcome = try Command.Running(
        ["encode", "in", "-o", "x.tessera"] + options, in: place.url
      ).outcome()
      #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(options)")
    }
    let text = try place.run("encode", "in", "-o", "x.tessera", "--text", "in/a.jpg")
    #expect(text.status == 65 && text.errors.contains("in/a.jpg: sentencepiece"))
  }

  @Test func aPlanCountsWhatTheEncoderMakes() throws {
    let place = try place()
    let lines = ["A Red Cat", "on a blue mat, twice", "two dogs"]
    try place.write(lines.joined(separator: "\n"), to: "c.txt")
    try place.write(lines.map { "\($0)\thttp://x/1.jpg\n" }.joined(), to: "c.tsv")
    let rows = lines.map { #"{"caption": "\#($0)", "path": "a"}"# }
    try place.write(rows.joined(separator: "\n"), to: "c.jsonl")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "16", "--text", "bpe.model")
    let file = try TokenFile(contentsOf: place.path("x.tessera"))
    let ids = try (0..<file.count).reduce(0) { count, row in
      guard case .tokens(let ids)? = try file.row(at: row).values["caption_ids"] else { return 0 }
      return count + ids.count
    }
    #expect(ids > 3)
    for source in ["c.txt", "c.tsv", "c.jsonl", "in"] {
      let plan = try place.run(
        "text", "plan", source, "--text", "bpe.model", "--lengths", "1,100", "--json")
      #expect(plan.status == 0, "\(source): \(plan.errors)")
      #expect(plan.output.contains(#""captions":3,"cuts":[{"captions":3,"ids":"#), "\(source)")
      #expect(plan.output.contains(#"{"captions":0,"ids":0,"length":100}]"#))
      #expect(plan.output.contains("\"ids\":\(ids),"), "\(source)")
    }
    let text = try place.run("text", "plan", "c.tsv", "--text", "bpe.model")
    #expect(text.output.contains("a length of 128 cuts 0 captions (0.00 %)"))
    try FileManager.default.createSymbolicLink(
      atPath: place.path("in/lost.jpg"), withDestinationPath: "nowhere")
    let lossy = try place.run("text", "plan", "in", "--text", "bpe.model")
    #expect(lossy.output.contains("not counted: 1 sample that 'encode' could not read"))
    let empty = try place.run("text", "plan", "gone.tsv", "--text", "bpe.model")
    #expect(empty.status == 65 && empty.complaints.count == 1)
  }

  @Test func storedIDsGiveTheSameTrainingRows() throws {
    let place = try place()
    _ = try place.run(
      "encode", "in", "-o", "x.tessera", "--text", "bpe.model", "--text-lowercase")
    let stored = try place.run(
      "sequence", "build", "x.tessera", "--layout", "rudalle", "-o", "stored")
    #expect(stored.status == 0, "\(stored.errors)")
    let built = try place.run(
      "sequence", "build", "x.tessera", "--layout", "rudalle", "--text", "bpe.model", "-o", "built")
    #expect(built.status == 0)
    for name in ["ids.npy", "inputs.npy", "positions.npy"] {
      #expect(try place.bytes("stored/\(name)") == place.bytes("built/\(name)"))
    }
    // Ids of text in its own case are not the layout's.
    _ = try place.run("encode", "in", "-o", "y.tessera", "--text", "bpe.model")
    let other = try place.run(
      "sequence", "build", "y.tessera", "--layout", "rudalle", "-o", "other")
    #expect(other.status == 2 && other.errors.contains("needs --text"))
  }
}
