/// Why an input of the command line cannot be used at all.
///
/// Single bad files inside a usable input are ``SampleReject``s instead.
public struct DatasetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Reason: Hashable, Sendable {
    /// The operating system refused.
    case system(SystemFailure)
    /// Neither a file nor a folder (a device, a pipe, a socket).
    case unsuitable
    /// A folder without a single picture.
    case noPictures(ignoredFiles: Int)
    /// A file called an archive that is none, or one that is damaged from the start.
    case archive(String)
    /// A caption table that is not understood.
    case captions(String)
    /// Nothing was given.
    case noInputs
    /// The same output name belongs to two inputs.
    case sameName(String)
  }

  /// The path as the caller gave it.
  public let path: String
  /// What is wrong with it.
  public let reason: Reason

  /// Makes an error.
  public init(path: String, reason: Reason) {
    self.path = path
    self.reason = reason
  }

  /// One line: what, where, what to do.
  public var description: String {
    switch reason {
    case .system(let failure):
      "\(path): \(failure.explanation)\(failure.advice.map { "; \($0)" } ?? "")"
    case .unsuitable: "\(path): neither a file nor a folder; give pictures or folders of pictures"
    case .noPictures(let ignored):
      "\(path): no picture found"
        + (ignored == 0
          ? "; the folder is empty"
          : " among \(ignored) files; pictures end in "
            + FileListing.pictureExtensions.prefix(4).map { ".\($0)" }.joined(separator: ", "))
    case .archive(let message): "\(path): \(message)"
    case .captions(let message): "\(path): \(message)"
    case .noInputs: "no input given; name a folder or picture files"
    case .sameName(let name):
      "\(path): another input is called \(name) too; rename one or encode them apart"
    }
  }
}
