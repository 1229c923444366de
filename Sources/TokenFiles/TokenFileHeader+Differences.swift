public import Tokens

extension TokenFileHeader {
  /// What another header says differently, one line per member: `member: ours here, theirs there`.
  ///
  /// Notes and the number of rows per chunk count as well; see ``isCompatible(with:)`` for what
  /// decides whether rows may be mixed.
  public func differences(from other: TokenFileHeader) -> [String] {
    CanonicalJSON.differences(jsonValue, other.jsonValue, at: "")
  }

  /// Whether rows of both files mean the same: codec, recipe, policy, columns and text tokenizer
  /// agree; notes and rows per chunk may differ.
  public func isCompatible(with other: TokenFileHeader) -> Bool {
    var copy = other
    copy.notes = notes
    copy.rowsPerChunk = rowsPerChunk
    return self == copy
  }

  /// Refuses to go on when another codec made the tokens.
  ///
  /// - Throws: `headersDiffer` with both names and digests.
  public func requireCodec(_ identity: CodecIdentity) throws(TokenFileError) {
    guard codec != identity else { return }
    var other = self
    other.codec = identity
    throw TokenFileError(.headersDiffer(differences(from: other)))
  }
}

extension CanonicalJSON {
  fileprivate static func differences(
    _ ours: CanonicalJSON, _ theirs: CanonicalJSON, at path: String
  ) -> [String] {
    if ours == theirs { return [] }
    if case .object(let left) = ours, case .object(let right) = theirs {
      return Set(left.keys).union(right.keys).sorted().flatMap { key in
        let name = path.isEmpty ? key : path + "." + key
        return differences(left[key] ?? .null, right[key] ?? .null, at: name)
      }
    }
    if case .array(let left) = ours, case .array(let right) = theirs, left.count == right.count {
      return left.indices.flatMap { differences(left[$0], right[$0], at: "\(path)[\($0)]") }
    }
    return ["\(path): \(ours.summary) in the file, \(theirs.summary) here"]
  }

  /// The text, or the beginning of one that would fill the screen, such as a codebook's tree.
  private var summary: String {
    let (text, limit) = (text, 200)
    guard text.utf8.count > limit else { return text }
    return "\(text.prefix(40))… (\(text.utf8.count) bytes)"
  }
}
