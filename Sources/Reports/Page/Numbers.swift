/// Numbers as the page prints them, equal in every locale.
package enum Numbers {
  /// `value` with `digits` decimals, rounded half away from zero; `∞` for infinity.
  package static func fixed(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return value > 0 ? "∞" : "–" }
    let factor = (0..<digits).reduce(1.0) { factor, _ in factor * 10 }
    let scaled = Int((abs(value) * factor).rounded())
    let whole = grouped(scaled / Int(factor))
    let sign = value < 0 && scaled > 0 ? "−" : ""
    guard digits > 0 else { return sign + whole }
    let fraction = "\(scaled % Int(factor))"
    return "\(sign)\(whole)." + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// A count with a comma at every third digit.
  package static func grouped(_ count: Int) -> String {
    let digits = "\(count)"
    var result = ""
    for (index, digit) in digits.enumerated() {
      if index > 0 && (digits.count - index) % 3 == 0 { result += "," }
      result.append(digit)
    }
    return result
  }

  /// A count with its noun: `1 picture`, `2,000 pictures`.
  static func count(_ count: Int, _ noun: String) -> String {
    "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
  }

  static func decibels(_ value: Double) -> String { fixed(value, 2) }
  static func similarity(_ value: Double?) -> String { value.map { fixed($0, 4) } ?? "–" }
  static func rate(_ value: Double) -> String { fixed(value, 3) }
}
