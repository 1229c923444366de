extension TokenFileWriter {
  /// Writes a new file in one go; of a file that could not be finished nothing stays behind.
  ///
  /// - Parameters:
  ///   - path: The finished file's name.
  ///   - header: What holds for the whole file.
  ///   - inputs: How many inputs the file must account for; not checked when nil.
  ///   - fill: Appends rows and rejects.
  /// - Returns: What `fill` returned.
  @discardableResult
  public static func write<Result>(
    to path: String, header: TokenFileHeader, inputs: Int? = nil,
    _ fill: (inout TokenFileWriter) throws(TokenFileError) -> Result
  ) throws(TokenFileError) -> Result {
    var writer = try TokenFileWriter(to: path, header: header)
    let result: Result
    do throws(TokenFileError) {
      result = try fill(&writer)
      try writer.close(inputs: inputs)
    } catch {
      try? writer.abandon()
      throw error
    }
    try writer.commit()
    return result
  }

  /// Appends to a finished file in one go; when that fails, the file gets back the bytes it had.
  ///
  /// - Parameters:
  ///   - path: The file; see ``init(appendingTo:header:tail:)``.
  ///   - fill: Appends rows and rejects.
  /// - Returns: What `fill` returned.
  @discardableResult
  public static func append<Result>(
    to path: String, tail: Tail = .refuse,
    _ fill: (inout TokenFileWriter) throws(TokenFileError) -> Result
  ) throws(TokenFileError) -> Result {
    var writer = try TokenFileWriter(appendingTo: path, tail: tail)
    let result: Result
    do throws(TokenFileError) {
      result = try fill(&writer)
      try writer.close(inputs: nil)
    } catch {
      try writer.abandon()
      throw error
    }
    try writer.commit()
    return result
  }
}
