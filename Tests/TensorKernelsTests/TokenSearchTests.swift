import TensorKernels
import TestSupport
import Testing

@Suite struct TokenSearchTests {
  private func latents(_ values: [Float], dimension: Int) -> Tensor {
    Tensor(height: 1, width: values.count / dimension, channels: dimension, values: values)
  }

  @Test(arguments: Policy.allCases) func nearestCodewordAndTies(policy: Policy) throws {
    let rows = Parameter(name: "codes", shape: [4, 2], values: [0, 0, 4, 0, 0, 4, 4, 0])
    let search = try TokenSearch(matrix: rows, criterion: .nearestCodeword, policy: policy)
    // The last codeword repeats the second: the lower index must win; the gap is then 0.
    let result = try search.tokens(
      of: latents([1, 0, 3, 0, 0, 3, 2, 0], dimension: 2), gaps: true)
    #expect(result.tokens == [0, 1, 2, 0])
    #expect(result.gaps == [8, 0, 8, 0])
    #expect(try search.tokens(of: latents([1, 0], dimension: 2)).gaps.isEmpty)
  }

  @Test(arguments: Policy.allCases) func largestLogit(policy: Policy) throws {
    let weight = Parameter(name: "w", shape: [3, 2, 1, 1], values: [1, 0, 0, 1, -1, -1])
    let bias = Parameter(name: "b", shape: [3], values: [0, 0.5, 0])
    let search = try TokenSearch(
      matrix: weight, criterion: .largestLogit(bias: bias), policy: policy)
    let result = try search.tokens(of: latents([2, 1, 0.5, 0, -1, -3], dimension: 2), gaps: true)
    #expect(result.tokens == [0, 0, 2])
    #expect(result.gaps == [0.5, 0, 5])
  }

  @Test func codebookLooksUp() throws {
    let rows = Parameter(name: "codes", shape: [3, 2], values: [1, 2, 3, 4, 5, 6])
    let codebook = try Codebook(rows: rows)
    #expect((codebook.size, codebook.dimension) == (3, 2))
    #expect(try codebook.lookUp([2, 0], height: 1, width: 2).values == [5, 6, 1, 2])
    for token in [Int32(3), -1] {
      let error = #expect(throws: NetworkError.self) {
        try codebook.lookUp([token], height: 1, width: 1)
      }
      #expect(error?.reason == .token(found: Int(token), codebookSize: 3))
    }
  }

  @Test func shapesThatDoNotFit() throws {
    let rows = Parameter(name: "codes", shape: [3, 2], values: [1, 2, 3, 4, 5, 6])
    #expect(throws: NetworkError.self) {
      try TokenSearch(
        matrix: rows,
        criterion: .largestLogit(bias: Parameter(name: "b", shape: [2], values: [0, 0])))
    }
    #expect(throws: NetworkError.self) {
      try TokenSearch(
        matrix: Parameter(name: "w", shape: [3, 2, 3, 3]) { [] }, criterion: .nearestCodeword)
    }
    #expect(throws: NetworkError.self) {
      try Codebook(rows: Parameter(name: "w", shape: [3]) { [] })
    }
    let search = try TokenSearch(matrix: rows, criterion: .nearestCodeword)
    let error = #expect(throws: NetworkError.self) {
      try search.tokens(of: latents([1, 2, 3], dimension: 3))
    }
    #expect(error?.reason == .channels(expected: 2, found: 3))
  }

  @Test(arguments: Variant.all) func kernelsFindWhatTheOracleFinds(variant: Variant) throws {
    var generator = SeededGenerator(seed: 11)
    for (size, dimension, height) in [(5, 3, 1), (100, 8, 9), (333, 24, 20), (1000, 64, 7)] {
      let matrix = Parameter.random("codes", [size, dimension], using: &generator)
      let bias = Parameter.random("bias", [size], using: &generator)
      let latents = Tensor.random(
        batch: 2, height: height, width: 11, channels: dimension, using: &generator)
      for criterion in [TokenSearch.Criterion.nearestCodeword, .largestLogit(bias: bias)] {
        let expected = try TokenSearch(matrix: matrix, criterion: criterion, policy: .reference)
          .tokens(of: latents, gaps: true)
        let search = try TokenSearch(
          matrix: matrix, criterion: criterion, policy: variant.policy,
          instructionSet: variant.instructionSet)
        let result = try search.tokens(of: latents, gaps: true)
        for index in expected.tokens.indices {
          // Scores are sums of at most 64 products of numbers around 1.
          #expect(abs(result.gaps[index] - expected.gaps[index]) < 2e-5)
          #expect(
            result.tokens[index] == expected.tokens[index] || expected.gaps[index] < 2e-5)
        }
        for threads in [2, 5] {
          #expect(try search.tokens(of: latents, threads: threads, gaps: true) == result)
        }
        #expect(try search.tokens(of: latents).tokens == result.tokens)
      }
    }
  }
}
