public import ArgumentParser
import Foundation
public import Pipelines

/// `--threads`.
struct ThreadOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Pictures worked on at the same time (default: one per processor).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must lie in 1...1024, not \(threads)")
    }
  }

  /// The number asked for, or that of the processors this process may use.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }
}

/// `--json`.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as JSON; progress becomes JSON lines on standard error.")
  var json = false
}

/// `--max-rejects`: a number or a percentage.
extension RejectLimit: ExpressibleByArgument {
  /// Reads `10` or `1.5%`.
  public init?(argument: String) {
    if argument.hasSuffix("%") {
      guard let percent = Double(argument.dropLast()), (0...100).contains(percent) else {
        return nil
      }
      self = .fraction(percent / 100)
    } else {
      guard let count = Int(argument), count >= 0 else { return nil }
      self = .count(count)
    }
  }
}
