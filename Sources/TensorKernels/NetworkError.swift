/// Why a network could not be built, prepared or run, and at which layer.
public struct NetworkError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong; the numbers that disagree.
  @nonexhaustive public enum Reason: Equatable, Sendable {
    /// A parameter does not have the shape that its place asks for.
    case parameterShape(parameter: String, expected: [Int], found: [Int])
    /// A parameter's reader returned another count than its shape holds.
    case parameterCount(expected: Int, found: Int)
    /// A parameter's reader failed; its own message.
    case parameterUnreadable(String)
    /// Two values that must have equal channels differ, or the channels do not divide.
    case channels(expected: Int, found: Int)
    /// The channels of a group norm are no multiple of its groups.
    case groups(channels: Int, groups: Int)
    /// Two values meet that have different heights and widths at the size asked for.
    case sizes(expectedHeight: Int, expectedWidth: Int, foundHeight: Int, foundWidth: Int)
    /// A picture is too small: a layer would have nothing left, or the input is empty.
    case tooSmall(height: Int, width: Int)
    /// The tensors of a run would not fit into the address space.
    case tooLarge(height: Int, width: Int)
    /// A network was run on another number of inputs than it has.
    case inputCount(expected: Int, found: Int)
    /// A token is not an index of the codebook.
    case token(found: Int, codebookSize: Int)
    /// An instruction set was asked for that this program or processor does not have.
    case instructionSet(String)
    /// An engine was asked for whose library is not installed.
    case engine(String)
  }
  /// What is wrong.
  public let reason: Reason
  /// The layer's label or the parameter's name.
  public let place: String

  init(_ reason: Reason, at place: String) {
    self.reason = reason
    self.place = place
  }

  /// One line: where, what was expected, what was found.
  public var description: String {
    switch reason {
    case .parameterShape(let parameter, let expected, let found):
      "\(place): \(parameter) has shape \(found), expected \(expected)"
    case .parameterCount(let expected, let found):
      "\(place): \(found) numbers were read, its shape holds \(expected)"
    case .parameterUnreadable(let message):
      "\(place): cannot be read: \(message)"
    case .channels(let expected, let found):
      "\(place): \(found) channels where \(expected) are expected"
    case .groups(let channels, let groups):
      "\(place): \(channels) channels cannot be divided into \(groups) groups"
    case .sizes(let expectedHeight, let expectedWidth, let foundHeight, let foundWidth):
      "\(place): a value of \(foundHeight)×\(foundWidth) meets one of "
        + "\(expectedHeight)×\(expectedWidth); use a picture size that the network's "
        + "downsampling divides"
    case .tooSmall(let height, let width):
      "\(place): a picture of \(height)×\(width) is too small for this network"
    case .tooLarge(let height, let width):
      "\(place): a picture of \(height)×\(width) is too large for this network"
    case .inputCount(let expected, let found):
      "\(place): \(found) inputs given, the network has \(expected)"
    case .token(let found, let codebookSize):
      "\(place): token \(found) is outside the codebook of \(codebookSize)"
    case .engine(let name):
      "\(place): the library of engine \(name) is not installed"
    case .instructionSet(let name):
      "\(place): this processor or program has no instruction set \(name)"
    }
  }
}
