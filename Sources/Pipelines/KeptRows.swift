import Datasets
import Synchronization
import TokenFiles

/// An input on its way to the codec, or with the row that an earlier run made of it.
struct EncodeWork: Sendable {
  let element: SampleStreamElement
  let kept: TokenFileRow?
}

/// The rows of a finished file, handed out to the inputs that they were made from; inputs that were
/// rejected then get none and are tried anew.
final class KeptRows: Sendable {
  private struct State: ~Copyable {
    /// Inputs that are rejects of the file, ascending.
    var rejects: ArraySlice<Int>
    var position = 0
    var row = 0
    var failure: PipelineError?
  }

  private let file: TokenFile
  private let path: String
  private let state: Mutex<State>

  init(_ file: TokenFile, path: String) throws(PipelineError) {
    self.file = file
    self.path = path
    do {
      state = Mutex(State(rejects: try file.rejects().map(\.input)[...]))
    } catch {
      throw PipelineError(.tokenFile(error), path: path)
    }
  }

  /// Passes over inputs that need no work.
  func skip(_ count: Int) {
    state.withLock { state in
      for _ in 0..<count {
        if state.rejects.first == state.position {
          state.rejects.removeFirst()
        } else {
          state.row += 1
        }
        state.position += 1
      }
    }
  }

  /// The next input with its row, or nil when the file was made from other inputs.
  func work(for element: SampleStreamElement) -> EncodeWork? {
    state.withLock { state -> EncodeWork? in
      let position = state.position
      state.position += 1
      if state.rejects.first == position {
        state.rejects.removeFirst()
        return EncodeWork(element: element, kept: nil)
      }
      do throws(TokenFileError) {
        let row = state.row < file.count ? try file.row(at: state.row) : nil
        guard let row, element.key == row.key else {
          state.failure = PipelineError(
            .inputsChanged(position: position, expected: row?.key ?? "the end", found: element.key),
            path: path)
          return nil
        }
        state.row += 1
        return EncodeWork(element: element, kept: row)
      } catch {
        state.failure = PipelineError(.tokenFile(error), path: path)
        return nil
      }
    }
  }

  /// Why no more work could be handed out.
  var failure: PipelineError? { state.withLock { $0.failure } }
}
