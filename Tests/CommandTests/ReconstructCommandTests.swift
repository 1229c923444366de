import Foundation
import TestSupport
import Testing

@Suite struct ReconstructCommandTests {
  private func place() throws -> Workplace {
    let place = try Workplace()
    try place.addMixedPictures(to: "in")
    return place
  }

  @Test func severalCodecsStandInOneReport() throws {
    let place = try place()
    let dalle = ["encoder.pkl", "decoder.pkl"].map {
      "dalle-dvae=" + Fixtures.url("codecs/dalle/\($0)").path
    }
    let arguments = [
      "reconstruct", "in", "-o", "r", "--size", "64", "--codec", "default", "--codec", "dalle-dvae",
      "--weights", dalle[0], "--weights", dalle[1],
    ]
    let outcome = try Command.Running(arguments, in: place.url).outcome()
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("codec       default\n"))
    #expect(outcome.output.contains("codec       dalle-dvae\n"))
    let page = String(decoding: try place.bytes("r/report.html"), as: UTF8.self)
    #expect(page.contains("Mean PSNR over bits per pixel"))
    let report = try #require(
      JSONSerialization.jsonObject(with: Data(place.bytes("r/report.json"))) as? [String: Any])
    let codecs = try #require(report["codecs"] as? [[String: Any]])
    let pictures = codecs.map {
      ($0["pictures"] as? [[String: Any]])?.compactMap { $0["key"] as? String }
    }
    #expect(pictures.count == 2 && pictures[0]?.count == 6 && pictures[0] == pictures[1])

    // One codec alone has the same numbers.
    let alone = try place.run("reconstruct", "in", "-o", "one", "--size", "64", "--json")
    let both = try Command.Running(arguments + ["--json"], in: place.url).outcome()
    func numbers(_ line: Substring?) -> String {
      (line ?? "").replacingOccurrences(of: "one/report.html", with: "r/report.html")
    }
    let lines = both.output.split(separator: "\n")
    #expect(lines.count == 2 && numbers(alone.output.split(separator: "\n").first) == lines[0])
  }

  @Test func weightsWithoutTheirCodecAreRefused() throws {
    let place = try place()
    let file = Fixtures.url("codecs/dalle/encoder.pkl").path
    for arguments in [
      ["--codec", "default", "--codec", "dalle-dvae", "--weights", file],
      ["--codec", "default", "--codec", "default"], ["--codec", "taming", "--codec", "default"],
      ["--codec", "default", "--codec", "nothing"],
    ] {
      let outcome = try Command.Running(
        ["reconstruct", "in", "-o", "r"] + arguments, in: place.url
      ).outcome()
      #expect(outcome.status == 2 && outcome.complaints.count == 1, "\(arguments)")
    }
    #expect(!place.exists("r"))
  }

  @Test func archivesAreReadAsByEncode() throws {
    let place = try place()
    let tar = Process()
    tar.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    tar.arguments = ["tar", "-C", place.path("in"), "-cf", place.path("s.tar"), "good", "cut.jpg"]
    try tar.run()
    tar.waitUntilExit()
    #expect(tar.terminationStatus == 0)
    let outcome = try place.run("reconstruct", "s.tar", "-o", "r", "--size", "64", "--json")
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("\"pictures\":5") && outcome.output.contains("\"rejected\":1"))
  }
}
