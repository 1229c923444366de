import Foundation
import TensorKernels
import TestSupport
import Testing

/// Host threads that run networks at the same time: each has its own memory and its own team.
@Suite struct ConcurrencyTests {
  @Test func manyHostThreadsShareOneExecutor() throws {
    var generator = SeededGenerator(seed: 13)
    var builder = NetworkBuilder()
    let x = builder.input(channels: 32)
    let block = try builder.residualBlock(x, 64, relu: false, using: &generator)
    let attention = try builder.attention(queries: block, keys: block, values: block, label: "a")
    let executor = NetworkExecutor(builder.finish([attention]))
    let search = try TokenSearch(
      matrix: .random("codes", [300, 64], using: &generator), criterion: .nearestCodeword)
    // Two sizes, so that plans are made and workspaces handed round while others run.
    let pictures = [(12, 20), (33, 18)].map { height, width in
      Tensor.random(height: height, width: width, channels: 32, using: &generator)
    }
    let expected = try pictures.map { try NetworkExecutor(executor.network).run([$0])[0] }
    let tokens = try expected.map { try search.tokens(of: $0).tokens }

    nonisolated(unsafe) var failures = 0
    let lock = NSLock()
    DispatchQueue.concurrentPerform(iterations: 24) { iteration in
      let which = iteration % 2
      let result = try? executor.run([pictures[which]], threads: 1 + iteration % 3)[0]
      let found = result.flatMap {
        try? search.tokens(of: $0, threads: 1 + iteration % 4).tokens
      }
      if result != expected[which] || found != tokens[which] {
        lock.withLock { failures += 1 }
      }
    }
    #expect(failures == 0)
  }
}
