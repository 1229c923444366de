extension String {
  /// The texts that stand between `start` and the next `end`, in order.
  func components(between start: String, and end: String) -> [String] {
    split(separator: start, omittingEmptySubsequences: false).dropFirst().map {
      String($0.split(separator: end, maxSplits: 1, omittingEmptySubsequences: false)[0])
    }
  }

  /// The name after every `<`, byte by byte as a browser's tokenizer sees it.
  var tagNames: [String] {
    utf8.split(separator: UInt8(ascii: "<"), omittingEmptySubsequences: false).dropFirst().map {
      String(
        decoding: $0.prefix { $0 != UInt8(ascii: ">") && $0 != UInt8(ascii: " ") }, as: UTF8.self)
    }
  }
}
