import Tokens

/// A model in the form of Hugging Face tokenizers' `tokenizer.json`.
///
/// The result gives the same ids for the same text, without special tokens around it: white space
/// is cut where YTTM cuts it, every word gets its "▁", merges have the same order, and a run of
/// unknown characters is one unknown token. Special names in the text are ordinary text, as in
/// YTTM. Checked by running that library (`Tests/Benchmarks/check_tokenizer_json.py`).
struct TokenizerJSON {
  private let tokenizer: BPETokenizer

  /// - Throws: `BPEError.notExportable` for what that format cannot say exactly.
  init(_ tokenizer: BPETokenizer) throws(BPEError) {
    self.tokenizer = tokenizer
    func refuse(_ defect: String) -> BPEError {
      BPEError(.notExportable(format: "tokenizer.json", defect))
    }
    var seen: [String: Int] = [:]
    for (id, string) in tokenizer.subwords.enumerated() where !string.isEmpty {
      // Tokens are named by their strings there, so two tokens cannot share one.
      if let other = seen.updateValue(id, forKey: string) {
        throw refuse("tokens \(other) and \(id) are both \"\(string)\"")
      }
    }
    var pairs = Set<SymbolPair>()
    for rule in tokenizer.model.rules {
      guard pairs.insert(SymbolPair(UInt32(rule.left), UInt32(rule.right))).inserted else {
        throw refuse("tokens \(rule.left) and \(rule.right) have two rules")
      }
    }
  }

  /// The file.
  var fileBytes: [UInt8] {
    let strings = tokenizer.subwords.map(Self.quoted)
    var text = "{\n  \"version\": \"1.0\",\n  \"truncation\": null,\n  \"padding\": null,\n"
    text += "  \"added_tokens\": [\(addedTokens)],\n"
    text += "  \"normalizer\": \(normalizer),\n"
    text += "  \"pre_tokenizer\": {\"type\": \"Sequence\", \"pretokenizers\": [\n"
    text += "    {\"type\": \"Split\", \"pattern\": {\"Regex\": \"\(Self.separators)\"}, "
    text += "\"behavior\": \"Removed\", \"invert\": false},\n"
    text += "    {\"type\": \"Metaspace\", \"replacement\": \"\u{2581}\", "
    text += "\"prepend_scheme\": \"always\", \"split\": false}]},\n"
    text += "  \"post_processor\": null,\n"
    text += "  \"decoder\": {\"type\": \"Metaspace\", \"replacement\": \"\u{2581}\", "
    text += "\"prepend_scheme\": \"always\", \"split\": false},\n"
    text += "  \"model\": {\n    \"type\": \"BPE\",\n    \"dropout\": null,\n"
    text += "    \"unk_token\": \"<UNK>\",\n    \"continuing_subword_prefix\": null,\n"
    text += "    \"end_of_word_suffix\": null,\n    \"fuse_unk\": true,\n"
    text += "    \"byte_fallback\": false,\n    \"ignore_merges\": false,\n    \"vocab\": {\n"
    text += strings.indices.filter { strings[$0] != "\"\"" }
      .map { "      \(strings[$0]): \($0)" }.joined(separator: ",\n")
    text += "\n    },\n    \"merges\": [\n"
    text += tokenizer.model.rules
      .map { "      [\(strings[Int($0.left)]), \(strings[Int($0.right)])]" }
      .joined(separator: ",\n")
    text += "\n    ]\n  }\n}\n"
    return Array(text.utf8)
  }

  /// One or more of YTTM's separators, as a regular expression inside JSON.
  private static let separators = "[\\\\x{9}-\\\\x{D}\\\\x{20}\\\\x{2581}]+"

  private var addedTokens: String {
    tokenizer.preparation.userTokens.map { token in
      "{\"id\": \(token.id), \"content\": \(Self.quoted(token.name)), \"single_word\": false, "
        + "\"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}"
    }.joined(separator: ", ")
  }

  private var normalizer: String {
    let steps = tokenizer.preparation.normalization.map { step in
      switch step {
      case .nfc: "{\"type\": \"NFC\"}"
      case .nfkc: "{\"type\": \"NFKC\"}"
      case .lower: "{\"type\": \"Lowercase\"}"
      }
    }
    if steps.isEmpty { return "null" }
    return "{\"type\": \"Sequence\", \"normalizers\": [\(steps.joined(separator: ", "))]}"
  }

  private static func quoted(_ string: String) -> String {
    var result = "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension BPETokenizer {
  /// The model as a `tokenizer.json` of Hugging Face tokenizers, which gives the same ids.
  ///
  /// - Throws: `BPEError.notExportable` when two tokens share a string, which that format cannot
  ///   say.
  public func tokenizerJSON() throws(BPEError) -> [UInt8] { try TokenizerJSON(self).fileBytes }
}
