import ByteCoding
import Foundation
import Reports
import Testing

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
}
