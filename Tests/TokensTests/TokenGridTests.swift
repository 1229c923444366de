import Testing
import Tokens

@Test func gridIsRowMajor() {
  let grid = TokenGrid(height: 2, width: 3, tokens: [0, 1, 2, 3, 4, 5])
  #expect(grid[0, 2] == 2)
  #expect(grid[1, 0] == 3)
}

@Test func gridRefusesAWrongCount() async {
  await #expect(processExitsWith: .failure) {
    _ = TokenGrid(height: 2, width: 3, tokens: [0])
  }
}
