public import ArgumentParser
import Foundation
public import Pipelines

/// `--threads`: each kind of work says in its own words what they do.
protocol ThreadChoice: ParsableArguments {
  /// As given on the command line.
  var threads: Int? { get }
}

extension ThreadChoice {
  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads must lie in 1...1024, not \(threads)")
    }
  }

  /// The number asked for, or that of the processors this process may use.
  var count: Int { threads ?? ProcessInfo.processInfo.activeProcessorCount }
}

/// `--threads` of commands that work on pictures.
struct ThreadOptions: ThreadChoice {
  @Option(
    help: ArgumentHelp(
      "Pictures worked on at the same time (default: one per processor).", valueName: "n"))
  var threads: Int?
}

/// `--threads` of commands that work on lines of text.
struct TextThreadOptions: ThreadChoice {
  @Option(
    help: ArgumentHelp(
      "Threads that work on blocks of lines (default: one per processor); the output is the same.",
      valueName: "n"))
  var threads: Int?
}

/// `--threads` of commands that calculate.
struct ComputeThreadOptions: ThreadChoice {
  @Option(
    help: ArgumentHelp(
      "Threads that share the arithmetic (default: one per processor); the result is the same.",
      valueName: "n"))
  var threads: Int?
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
