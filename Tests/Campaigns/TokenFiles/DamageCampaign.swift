import Foundation
import TestSupport
import TokenFiles

/// Cuts and flipped bits over token files of every kind.
///
/// Every damaged file goes through every way of reading: opening and each row, the stream, the
/// verification, and salvage. None may give a row that the sound file does not have at that place
/// without the file being refused or a problem being reported.
struct DamageCampaign {
  let seed: UInt64
  let cuts: Int
  let flips: Int
  /// Where damaged files are written; best in memory.
  let folder: URL

  /// What happened to the files of one kind.
  struct Outcome {
    var cases = 0
    /// Files that `TokenFile` did not open.
    var refused = 0
    /// Files of which some rows could be read before an error.
    var partly = 0
    /// What should never happen.
    var escapes: [String] = []
    /// The longest that one damaged file took.
    var longest = Duration.zero
  }

  private var path: String { folder.appendingPathComponent("damaged.tessera").path }

  /// Runs the campaign over a sound file.
  func run(_ kind: SampleFile) throws -> (cuts: Outcome, flips: Outcome) {
    var random = SeededGenerator(seed: seed)
    var cut = Outcome()
    var flipped = Outcome()
    for _ in 0..<cuts {
      let length = Int.random(in: 0..<kind.bytes.count, using: &random)
      // Behind an earlier end mark the file is what it was before the append.
      if kind.earlierEnds.contains(length) { continue }
      try judge(Array(kind.bytes[..<length]), kind, "cut to \(length)", &cut)
    }
    for _ in 0..<flips {
      let bit = Int.random(in: 0..<kind.bytes.count * 8, using: &random)
      var bytes = kind.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      try judge(bytes, kind, "bit \(bit % 8) of byte \(bit / 8)", &flipped)
    }
    return (cut, flipped)
  }

  private func judge(
    _ bytes: [UInt8], _ kind: SampleFile, _ damage: String, _ outcome: inout Outcome
  ) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    outcome.cases += 1
    let elapsed = ContinuousClock().measure {
      for (way, problem) in [
        ("rows", readRows(kind, &outcome)), ("stream", readStream(kind)),
        ("salvage", salvage(kind)),
      ] {
        if let problem { outcome.escapes.append("\(kind.name), \(damage), \(way): \(problem)") }
      }
    }
    outcome.longest = max(outcome.longest, elapsed)
  }

  /// Any row, and the verification.
  private func readRows(_ kind: SampleFile, _ outcome: inout Outcome) -> String? {
    guard let file = try? TokenFile(contentsOf: path) else {
      outcome.refused += 1
      return nil
    }
    guard file.count == kind.rows.count else { return "\(file.count) rows" }
    var isNoticed = false
    for position in 0..<file.count {
      if let row = try? file.row(at: position) {
        if row != kind.rows[position] { return "another row \(position)" }
      } else {
        isNoticed = true
      }
    }
    if let rejects = try? file.rejects() {
      if rejects != kind.rejects { return "other rejects" }
    } else {
      isNoticed = true
    }
    if isNoticed { outcome.partly += 1 }
    if !file.verify().isSound { return nil }
    return isNoticed ? "verify calls it sound" : "nothing was noticed"
  }

  /// Forwards: rows are right until the error comes, and it comes.
  private func readStream(_ kind: SampleFile) -> String? {
    guard var stream = try? TokenFileStream(contentsOf: path) else { return nil }
    var position = 0
    do {
      while let row = try stream.next() {
        guard position < kind.rows.count, row == kind.rows[position] else {
          return "another row \(position)"
        }
        position += 1
      }
    } catch {
      return nil
    }
    return "the end was reached without an error"
  }

  /// What is saved was there, and what is missing is told.
  private func salvage(_ kind: SampleFile) -> String? {
    guard let salvage = try? TokenFileSalvage(contentsOf: path) else { return nil }
    let saved = folder.appendingPathComponent("saved.tessera").path
    defer { try? FileManager.default.removeItem(atPath: saved) }
    do {
      try salvage.write(to: saved)
      let file = try TokenFile(contentsOf: saved)
      let lost = Set(salvage.lostRows.joined())
      let expected = (0..<file.count + lost.count).filter { !lost.contains($0) }
      guard file.count == salvage.rowCount, expected.allSatisfy(kind.rows.indices.contains) else {
        return "\(file.count) rows saved"
      }
      for (position, original) in expected.enumerated() {
        if try file.row(at: position) != kind.rows[original] { return "another row \(original)" }
      }
      return file.verify().isSound ? nil : "the saved file is not sound"
    } catch {
      return "\(error)"
    }
  }
}
