import BytePairEncoding
import Foundation
import TestSupport
import Testing

/// Models equal to those of the reference, byte for byte (its character lines being sorted by id).
struct TrainingGoldenTests {
  static let cases: [Vectors.Training] = (try? Vectors.load("train.json")) ?? []

  @Test("Models are those of the reference", arguments: cases.filter { $0.status == "ok" })
  func models(_ entry: Vectors.Training) throws {
    let text = try Vectors.bytes(entry.data)
    let expected = try Vectors.bytes(#require(entry.model))
    let trained = try Training(text, entry.options)
    #expect(trained.model.fileBytes == expected)
    // The oracle counts everything anew for each rule; the largest texts would take it minutes.
    if text.count < 10_000 {
      let reference = try ReferenceTrainer.train(on: text, options: entry.options)
      #expect(reference.fileBytes == expected)
    }
    // The reference repeats its warning of invalid bytes per thread and pass; once is enough.
    let warnings = (entry.warnings ?? []).map { warning in
      warning.hasPrefix(Training.invalidBytesWarning) ? Training.invalidBytesWarning : warning
    }
    #expect(Set(trained.warnings) == Set(warnings))
  }

  @Test("Errors are those of the reference", arguments: cases.filter { $0.status == "error" })
  func errors(_ entry: Vectors.Training) throws {
    let text = try Vectors.bytes(entry.data)
    let options = entry.options
    let error = #expect(throws: (any Error).self) { _ = try Training(text, options) }
    #expect(error.map { "\($0)" } == entry.error)
    let reference = #expect(throws: (any Error).self) {
      _ = try ReferenceTrainer.train(on: text, options: options)
    }
    #expect(reference.map { "\($0)" } == entry.error)
  }

  /// The reference dies on these (specs: rulings); the rule is to drop the bytes.
  @Test(
    "Invalid bytes are dropped", arguments: cases.filter { $0.status == "reference_aborts" })
  func invalidBytes(_ entry: Vectors.Training) throws {
    let text = try Vectors.bytes(entry.data)
    let trained = try Training(text, entry.options)
    var clean: [UInt8] = []
    var offset = 0
    while offset < text.count {
      let scalar = UTF8Text.decode(text.span, &offset)
      if scalar != UTF8Text.invalid { UTF8Text.append(scalar, to: &clean) }
    }
    #expect(trained.invalidByteCount == text.count - clean.count)
    #expect(try trained.model == Training(clean, entry.options).model)
  }
}

/// One run of the fast trainer with what it told.
struct Training {
  let model: BPEModel
  let warnings: [String]
  let invalidByteCount: Int

  static let invalidBytesWarning = "WARNING Input contains invalid unicode characters."

  init(_ text: [UInt8], _ options: TrainingOptions) throws {
    let log = Log()
    let tokenizer = try BPETokenizer.train(
      on: WordCounts(countingWordsOf: text), options: options, progress: { log.note($0) })
    model = tokenizer.model
    warnings = log.warnings
    invalidByteCount = log.invalidByteCount
  }

  private final class Log {
    var warnings: [String] = []
    var invalidByteCount = 0

    func note(_ event: TrainingEvent) {
      switch event {
      case .ranOutOfPairs(let count):
        warnings.append("WARNING merged only: \(count) pairs of tokens")
      case .invalidBytes(let count):
        invalidByteCount = Int(count)
        warnings.append(Training.invalidBytesWarning)
      default: break
      }
    }
  }
}
