import Foundation
import TestSupport

// Damages token files of every kind and reads them in every way; see docs/token-file-safety.md.
//
//     swift run -c release TokenFileCampaign [--seed N] [--cuts N] [--flips N]
//
// Counts are per kind of file. Ends with status 1 when anything went unnoticed.

func option(_ name: String, _ standard: Int) -> Int {
  guard let place = CommandLine.arguments.firstIndex(of: "--\(name)") else { return standard }
  guard CommandLine.arguments.indices.contains(place + 1),
    let value = Int(CommandLine.arguments[place + 1])
  else { fatalError("--\(name) needs a number") }
  return value
}

/// The most memory that the process has held, in bytes.
func peakMemory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  guard
    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
    let kibibytes = Int(line.split(whereSeparator: \.isWhitespace)[1])
  else { fatalError("no VmHWM in /proc/self/status") }
  return kibibytes * 1_024
}

let folder = try Fixtures.temporaryFolder(inMemory: true)
let seed = option("seed", 1)
let campaign = DamageCampaign(
  seed: UInt64(seed), cuts: option("cuts", 1_500), flips: option("flips", 1_500), folder: folder)
let files = try SampleFile.all(seed: UInt64(seed), in: folder)
let before = try peakMemory()
var escapes: [String] = []
var totals = (cuts: 0, flips: 0)
print("seed \(seed)")
for file in files {
  let (cuts, flips) = try campaign.run(file)
  for (name, outcome) in [("cuts", cuts), ("flips", flips)] {
    print(
      "\(file.name), \(file.bytes.count) bytes: \(outcome.cases) \(name), \(outcome.refused) refused "
        + "at once, \(outcome.partly) read in part, \(outcome.escapes.count) unnoticed, longest "
        + "\(outcome.longest)")
    escapes += outcome.escapes
  }
  totals.cuts += cuts.cases
  totals.flips += flips.cases
}
let growth = try peakMemory() - before
print(
  "\(totals.cuts) cuts and \(totals.flips) flips; \(escapes.count) unnoticed; memory grew by at most "
    + "\(growth / 1_048_576) MiB")
for escape in escapes.prefix(20) { print("UNNOTICED: \(escape)") }
try? FileManager.default.removeItem(at: folder)
exit(escapes.isEmpty && growth < 64 << 20 ? 0 : 1)
