import Datasets
import Foundation
import TestSupport

/// A temporary folder with files, removed when the value goes away.
final class Tree {
  let url: URL
  var path: String { url.path }

  init(_ files: [String] = []) throws {
    url = try Fixtures.temporaryFolder()
    for file in files { try write(Array("content of \(file)".utf8), to: file) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ bytes: [UInt8], to file: String) throws {
    let target = url.appendingPathComponent(file)
    try FileManager.default.createDirectory(
      at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: target)
  }

  func link(_ name: String, to destination: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: url.appendingPathComponent(name).path, withDestinationPath: destination)
  }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}

extension ShardInputs {
  var elements: [SampleStreamElement] {
    var stream = makeStream()
    var elements: [SampleStreamElement] = []
    // A test whose source fails half-way would see too few elements.
    while let element = try? stream.next() { elements.append(element) }
    return elements
  }

  var keys: [String] { elements.map(\.key) }

  var rejects: [SampleReject] {
    elements.compactMap { if case .reject(let reject) = $0 { reject } else { nil } }
  }

  var samples: [Sample] {
    elements.compactMap { if case .sample(let sample) = $0 { sample } else { nil } }
  }
}
