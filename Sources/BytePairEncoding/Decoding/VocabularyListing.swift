import Tokens

/// The vocabulary as text, in the layout of YouTokenToMe's `vocab` command.
public struct VocabularyListing: Sendable {
  /// One line for each id: id, tab, string; empty strings for ids that nothing has.
  public let text: [UInt8]

  /// Lists the vocabulary of `tokenizer`; `isVerbose` adds the parts of merged tokens.
  public init(_ tokenizer: BPETokenizer, isVerbose: Bool = false) {
    var text = ""
    let subwords = tokenizer.subwords
    for (id, subword) in subwords.enumerated() {
      text += "\(id)\t\(subword)"
      if isVerbose, let rule = tokenizer.vocabulary.rule(of: TokenID(id)) {
        let (left, right) = (subwords[Int(rule.left)], subwords[Int(rule.right)])
        let width =
          subword.unicodeScalars.count + left.unicodeScalars.count + right.unicodeScalars.count + 2
        text += "=\(left)+\(right)" + String(repeating: " ", count: max(2, 50 - width))
        text += "\(rule.left)+\(rule.right)"
      }
      text += "\n"
    }
    self.text = Array(text.utf8)
  }
}
