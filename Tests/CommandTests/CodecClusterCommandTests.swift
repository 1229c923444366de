import Foundation
import TestSupport
import Testing
import Tokens

@Suite struct CodecClusterCommandTests {
  private struct Swatch: Decodable {
    let name: String
    let brightness: Double
    let rgb: [Double]
  }

  @Test func labelsNamesAndSheetAreWrittenAndReadAgain() throws {
    let place = try Workplace()
    let outcome = try place.run("codec", "cluster", "--clusters", "24", "--seed", "3", "-o", "c")
    #expect(outcome.status == 0 && outcome.errors.isEmpty)
    let map = try ClusterMap(npy: place.bytes("c.npy"))
    #expect(map.labels.count == 8192 && map.clusterCount == 24)
    #expect(try place.bytes("c.png").starts(with: [0x89] + Array("PNG".utf8)))
    let lines = String(decoding: try place.bytes("c.json"), as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 24 && lines[0].contains(#""label":0,"name":""#))
    // Every cluster has its name and a brightness that fits it.
    for line in lines {
      let swatch = try JSONDecoder().decode(Swatch.self, from: Data(line.utf8))
      let brightness = swatch.rgb[0] * 0.299 + swatch.rgb[1] * 0.587 + swatch.rgb[2] * 0.114
      #expect(abs(swatch.brightness - brightness / 2.55) < 1)
      #expect(!swatch.name.hasPrefix("dark ") || swatch.brightness < 34)
      #expect(!swatch.name.hasPrefix("light ") || swatch.brightness > 60)
    }
    let again = try place.run("codec", "cluster", "--clusters", "24", "--seed", "3", "-o", "d")
    #expect(again.status == 0)
    #expect(try place.bytes("d.npy") == place.bytes("c.npy"))
    #expect(try place.bytes("d.png") == place.bytes("c.png"))
    let painted = try place.run("codec", "cluster", "--map", "c.npy", "-o", "e")
    #expect(painted.status == 0)
    #expect(try place.bytes("e.png") == place.bytes("c.png"))
    let foreign = try place.run("codec", "cluster", "--map", "c.json", "-o", "f")
    #expect(foreign.status == 65 && foreign.complaints.count == 1)
    let many = try place.run("codec", "cluster", "--clusters", "9000", "-o", "f")
    #expect(many.status == 2)
  }
}
