/// The columns of every REJECT block; fixed by the format, not declared in the header.
enum RejectColumns {
  static let input = TokenFileColumn(id: 1, name: "input", kind: .integers(count: 1))
  static let key = TokenFileColumn(id: 2, name: "key", kind: .text)
  static let stage = TokenFileColumn(id: 3, name: "stage", kind: .text)
  static let code = TokenFileColumn(id: 4, name: "code", kind: .text)
  static let message = TokenFileColumn(id: 5, name: "message", kind: .text)
  static let all = [input, key, stage, code, message]
}
