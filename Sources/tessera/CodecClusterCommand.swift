import ArgumentParser
import Foundation
import ImageCodecs
import ImageFiles
import Tokens

/// `tessera codec cluster`: groups of codewords that look alike.
struct CodecClusterCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster",
    abstract: "Group a codec's codewords into clusters, for cluster sampling.",
    usage: "tessera codec cluster --out <out> [<options>]",
    discussion: """
      Seeded k-means++ on the codebook. Writes OUT.npy, the label of every token (int64, as \
      CogView2's cluster_label.npy), OUT.json, the size, colour, brightness in percent and nearest \
      token of every cluster, and OUT.png, every cluster decoded. With --map, paints the sheet of a map that is there \
      already.

      EXAMPLES
        tessera codec cluster -o clusters
        tessera codec cluster --clusters 500 --weights ice_image.pt -o ice --seed 7
        tessera codec cluster --map cluster_label.npy --weights ice_image.pt -o cogview2
      """)

  @OptionGroup var codec: CodecOptionGroup

  @Option(help: ArgumentHelp("How many clusters.", valueName: "n"))
  var clusters = 500

  @Option(help: ArgumentHelp("Where the drawing of first centres starts.", valueName: "n"))
  var seed: UInt64 = 1

  @Option(help: ArgumentHelp("Rounds at most.", valueName: "n"))
  var iterations = 100

  @Option(help: ArgumentHelp("A cluster map to paint instead of making one.", valueName: "npy"))
  var map: String?

  @Option(
    name: [.customShort("o"), .customLong("out")],
    help: "The files' common name: OUT.npy, OUT.json, OUT.png.")
  var out: String

  @OptionGroup var threads: ComputeThreadOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let codec = try codec.load().codec
    guard let codewords = try codec.codewords() else {
      throw CommandFailure(
        .inputUnusable, "codec \(codec.identity.name) does not show its codewords")
    }
    let result: ClusterMap
    let representatives: [TokenID]
    var summary = Summary(codec: codec.identity.name, tokens: codec.codebookSize, files: [])
    if let map {
      result = try readMap(map, codec.codebookSize)
      representatives = result.members.map { $0.first ?? 0 }
      summary.clusters = result.clusterCount
    } else {
      guard clusters >= 1, clusters <= codec.codebookSize, iterations >= 1 else {
        throw CommandFailure.usage(
          "--clusters must lie in 1...\(codec.codebookSize) and --iterations above 0")
      }
      let clock = ContinuousClock()
      let start = clock.now
      let clustering = try CodebookClustering(
        codewords, count: clusters, seed: seed, iterationLimit: iterations, threads: threads.count)
      summary.seconds = (clock.now - start) / .seconds(1)
      summary.clusters = clusters
      summary.rounds = clustering.iterationCount
      summary.distortion = clustering.distortion
      result = clustering.map
      representatives = clustering.representatives
    }
    let sheet = try SwatchSheet(result, representatives: representatives, codec: codec)
    try OutputPlace.replace(out + ".npy", with: result.npy)
    try OutputPlace.replace(
      out + ".json",
      with: Array(
        (sheet.swatches.map { Console.json(Line($0)) }.joined(separator: "\n") + "\n").utf8))
    try OutputPlace.replace(out + ".png", with: try ImageFile.encode(sheet.image, as: .png()))
    summary.files = [out + ".npy", out + ".json", out + ".png"]
    Console.result(output.json ? Console.json(summary) : summary.text)
  }

  private func readMap(_ path: String, _ size: Int) throws -> ClusterMap {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure(.inputUnusable, "\(path): cannot be read")
    }
    do {
      let map = try ClusterMap(npy: [UInt8](data))
      guard map.labels.count == size, !map.members.contains(where: \.isEmpty) else {
        throw CommandFailure(
          .inputUnusable,
          "\(path): has \(map.labels.count) labels in \(map.clusterCount) clusters; the codec has "
            + "\(size) codes, and no cluster may be empty")
      }
      return map
    } catch let error as ClusterMap.Malformed {
      throw CommandFailure(.inputUnusable, "\(path): \(error)")
    }
  }

  private struct Line: Encodable {
    let label: Int
    let size: Int
    let token: TokenID
    let name: String
    let brightness: Int
    let rgb: [Int]

    init(_ swatch: SwatchSheet.Swatch) {
      label = swatch.label
      size = swatch.size
      token = swatch.representative
      name = swatch.name
      brightness = Int(swatch.brightness.rounded())
      rgb = [swatch.red, swatch.green, swatch.blue].map { Int($0.rounded()) }
    }
  }

  private struct Summary: Encodable {
    let codec: String
    let tokens: Int
    var clusters = 0
    var rounds: Int?
    var distortion: Double?
    var seconds: Double?
    var files: [String]

    var text: String {
      var line =
        "\(Wording.count(tokens)) codes of \(codec) in \(Wording.count(clusters, "cluster"))"
      if let rounds, let seconds {
        line += ", \(rounds) rounds in \(Wording.duration(seconds))"
      }
      return line + ": " + files.joined(separator: ", ")
    }
  }
}
