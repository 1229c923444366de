import Datasets

/// Token files named on a command line, folders searched for them.
enum TokenFileList {
  /// The paths; those of a folder to any depth, in byte order.
  static func paths(_ inputs: [String]) throws -> [String] {
    try inputs.flatMap { input in
      do {
        guard try FileSystem.status(of: input).kind == .folder else { return [input] }
        let found = try FileSystem.files(below: input, endingIn: ".tessera")
        guard !found.isEmpty else {
          throw CommandFailure(.inputUnusable, "\(input): no token file (.tessera) in this folder")
        }
        return found
      } catch let failure as SystemFailure {
        throw CommandFailure(.inputUnusable, "\(input): \(failure.explanation)")
      }
    }
  }
}
