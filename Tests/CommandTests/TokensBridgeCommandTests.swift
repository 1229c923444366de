import Foundation
import TestSupport
import Testing
import TokenFiles

/// `tessera tokens export` and `tessera tokens import`.
@Suite struct TokensBridgeCommandTests {
  private func golden(_ name: String) -> String {
    Fixtures.url("token-file/accept/\(name).tessera").path
  }

  @Test func exportedFoldersComeBack() throws {
    let place = try Workplace()
    let exported = try place.run(
      "tokens", "export", golden("ragged"), "--to", "npy", "-o", "out", "--json")
    #expect(exported.status == 0 && exported.errors.isEmpty)
    #expect(exported.output.contains(#""files":["out"],"format":"npy","rows":5"#))
    let imported = try place.run("tokens", "import", "out", "-o", "again.tessera")
    #expect(imported.status == 0 && imported.output == "again.tessera: 5 rows, 0 rejects\n")
    let file = try TokenFile(contentsOf: place.path("again.tessera"))
    #expect(try file[4] == TokenFile(contentsOf: golden("ragged"))[4])
  }

  @Test func everyFormatIsWritten() throws {
    let place = try Workplace()
    for (format, files) in [
      ("megatron", ["m.bin", "m.idx"]), ("cogdata", ["m"]), ("jsonl", ["m"]), ("webdataset", ["m"]),
    ] {
      let outcome = try place.run(
        "tokens", "export", golden("example"), "--to", format, "--rows", "1..<3", "-o",
        "\(format)/../m")
      #expect(outcome.status == 1, "the folder above is missing")
      let written = try place.run(
        "tokens", "export", golden("example"), "--to", format, "--rows", "1..<3", "-o", "m")
      #expect(written.status == 0 && written.errors.isEmpty, "\(written.errors)")
      #expect(try place.files(below: ".") == files)
      for file in files { try FileManager.default.removeItem(atPath: place.path(file)) }
    }
  }

  @Test func layoutsGiveTrainingRows() throws {
    let place = try Workplace()
    try place.add(picture: "accept/411.jpg", as: "in/a.jpg")
    try place.write("a red cat", to: "in/a.txt")
    _ = try place.run("encode", "in", "-o", "x.tessera", "--size", "160")
    _ = try place.run(
      "sequence", "build", "x.tessera", "--layout", "cogview2", "-o", "rows")
    for format in ["megatron", "cogdata"] {
      let built = try place.run(
        "tokens", "export", "x.tessera", "--to", format, "--layout", "cogview2", "-o", format)
      #expect(built.status == 0, "\(built.errors)")
    }
    // cogdata stores what CogView2's training starts from, its `inputs`.
    #expect(try place.bytes("cogdata") == Array(place.bytes("rows/inputs.npy").suffix(512 * 4)))
    let ids = try NumPyArray(bytes: place.bytes("rows/ids.npy")).int32s
    // The embedded vocabulary has fewer than 65,500 ids.
    #expect(
      try place.bytes("megatron.bin")
        == ids.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] })
  }

  @Test func importsNeedACodecAndRefusePickles() throws {
    let place = try Workplace()
    let header = "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }\n"
    try place.write(
      [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8),
      to: "a.npy")
    let bare = try place.run("tokens", "import", "a.npy", "-o", "a.tessera")
    #expect(bare.status == 2 && bare.complaints.count == 1)
    let pickle = try place.run(
      "tokens", "import", "a.npy", "-o", "a.tessera", "--codec", "default")
    #expect(pickle.status == 65 && pickle.complaints.count == 1)
    #expect(pickle.errors.contains("object (a pickle)"))
    #expect(try place.files(below: ".") == ["a.npy"])
  }
}
