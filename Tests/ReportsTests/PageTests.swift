import ByteCoding
import Foundation
import Reports
import Testing
import Tokens

@Suite struct PageTests {
  /// Nothing on the page reaches out, and the browser is told to allow nothing.
  @Test func isSelfContained() throws {
    let html = try Samples.report(count: 3).html
    #expect(html.hasPrefix("<!DOCTYPE html>"))
    #expect(html.contains("default-src 'none'; img-src data:;"))
    #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("//www"))
    #expect(!html.contains("url(") || html.contains("url(#scale-1)"))
    let sources = html.components(between: "src=\"", and: "\"")
    #expect(sources.count == 9)
    #expect(sources.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
  }

  /// The policy names the digests of the very style and script on the page: with any other the
  /// browser would show neither.
  @Test(arguments: ["style", "script"])
  func allowsItsOwn(element: String) throws {
    let html = try Samples.report(count: 1).html
    let texts = html.components(between: "<\(element)>", and: "</\(element)>")
    #expect(texts.count == 1)
    var hash = SHA256()
    hash.update(Array(try #require(texts.first).utf8).span.bytes)
    let digest = Data(hash.finish()).base64EncodedString()
    #expect(html.contains("\(element)-src 'sha256-\(digest)'"))
  }

  @Test func isTheSameEveryTime() throws {
    let first = try Samples.report(count: 5)
    let second = try Samples.report(count: 5)
    #expect(first.html == second.html)
    #expect(first.json == second.json)
    #expect(first.csv == second.csv)
  }

  @Test func everyPictureHasItsWords() throws {
    let html = try Samples.report(count: 2).html
    for title in ["Original", "Reconstruction", "Error"] {
      for index in 0..<2 { #expect(html.contains("alt=\"\(title) of picture-\(index)\"")) }
    }
    #expect(html.components(between: "<svg", and: ">").allSatisfy { $0.contains("role=\"img\"") })
  }

  @Test func namesWhatItLeavesOut() throws {
    let options = ReportOptions(pictureLimit: 3, rowLimit: 4)
    let html = try Samples.report(count: 7, options: options).html
    #expect(html.contains("Showing the 2 worst and the 1 best of 7 pictures by PSNR"))
    #expect(html.contains("The first 4 of 7 pictures"))
    let shown = html.components(between: "alt=\"Original of ", and: "\"")
    #expect(shown == ["picture-6", "picture-5", "picture-0"])
    let all = try Samples.report(count: 3, options: options).html
    #expect(all.contains("Showing 3 pictures, worst PSNR first."))
  }

  @Test func showsAllWhenNothingLimitsIt() throws {
    let options = ReportOptions(pictureLimit: .max, rowLimit: .max)
    let html = try Samples.report(count: 30, options: options).html
    #expect(html.contains("Showing 30 pictures, worst PSNR first."))
    #expect(html.components(between: "alt=\"Original of ", and: "\"").count == 30)
  }

  @Test func showsNoPictureWhenAskedForNone() throws {
    let report = try Samples.report(count: 3, options: ReportOptions(pictureLimit: 0))
    #expect(!report.html.contains("<img"))
    #expect(report.html.contains("picture-2"))
  }

  @Test func holdsTogetherWithoutPictures() {
    var section = Samples.section()
    section.append(
      ReportReject(key: "a.jpg", stage: "decode", code: "truncated", message: "cut short"))
    let html = ReconstructionReport(title: "None", sections: [section]).html
    #expect(html.contains("No picture was reconstructed."))
    #expect(html.contains("cut short"))
    #expect(!html.lowercased().contains("nan") && !html.contains("NaN"))
  }

  @Test func listsSeveralCodecs() throws {
    let one = try Samples.report(count: 2).sections
    let html = ReconstructionReport(title: "Two", sections: one + one).html
    #expect(html.contains("id=\"codec-1\"") && html.contains("id=\"codec-2\""))
    let ids = html.components(between: " id=\"", and: "\"")
    #expect(Set(ids).count == ids.count, "an id occurs twice")
    let targets = html.components(between: "href=\"#", and: "\"")
    #expect(targets.allSatisfy(ids.contains), "a link leads nowhere")
  }

  @Test func plotsQualityOverRateOfSeveralCodecs() throws {
    let good = try Samples.report(count: 3).sections[0]
    var bad = CodecSection(
      codec: .init(
        name: "<worse>", weightsDigest: Samples.codec.weightsDigest, codebookSize: 1 << 12,
        codebookDigest: Samples.codec.codebookDigest, patchSize: 8), recipe: "as is",
      policy: "exact")
    try bad.append(Samples.picture(key: "a", error: 90))
    let html = ReconstructionReport(title: "Two", sections: [good, bad]).html
    // 6 and 12 bits for a token of 64 pixels.
    let words = try #require(html.components(between: "id=\"rates-text\">", and: "<").first)
    #expect(words.hasPrefix("sample: \(Numbers.fixed(good.summary.psnr!.mean, 2)) dB at 0.094 "))
    #expect(
      words.hasSuffix(
        "&lt;worse&gt;: \(Numbers.fixed(bad.summary.psnr!.mean, 2)) dB at 0.188 bits per pixel"))
    // Less rate stands left, a higher PSNR above.
    let dots = html.components(between: "<circle class=\"dot\" ", and: "r=").map { dot in
      dot.components(between: "=\"", and: "\"").compactMap(Double.init)
    }
    #expect(dots.count == 2 && dots[0][0] < dots[1][0] && dots[0][1] < dots[1][1])
    #expect(dots.joined().allSatisfy { (0...700).contains($0) })

    var none = Samples.section()
    none.append(ReportReject(key: "x", stage: "decode", code: "cut", message: "cut"))
    let empty = ReconstructionReport(title: "None", sections: [none, none]).html
    #expect(empty.contains("<h2>Comparison</h2>") && !empty.contains("rates-text"))
    let single = ReconstructionReport(title: "One", sections: [good]).html
    #expect(!single.contains("Comparison"))
  }
}
