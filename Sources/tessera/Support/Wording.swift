import Foundation

/// Numbers as people read them.
enum Wording {
  /// `1,234,567`.
  static func count(_ number: Int) -> String {
    let digits = String(number.magnitude)
    var grouped = ""
    for (position, digit) in digits.enumerated() {
      if position > 0 && (digits.count - position).isMultiple(of: 3) { grouped += "," }
      grouped.append(digit)
    }
    return (number < 0 ? "-" : "") + grouped
  }

  /// `1 picture`, `2 pictures`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
  }

  /// With so many digits behind the point.
  static func decimal(_ value: Double, digits: Int) -> String {
    String(format: "%.\(digits)f", value)
  }

  /// `850 B`, `1.7 kB`, `12.4 MB`: powers of a thousand.
  static func bytes(_ number: Int) -> String {
    guard number >= 1000 else { return "\(number) B" }
    var value = Double(number)
    var unit = ""
    for next in ["kB", "MB", "GB", "TB", "PB"] where value >= 999.95 {
      value /= 1000
      unit = next
    }
    return String(format: "%.1f %@", value, unit)
  }

  /// `0.4 s`, `12 s`, `3 min 20 s`, `2 h 05 min`, `3 d 4 h`.
  static func duration(_ seconds: Double) -> String {
    guard seconds >= 9.95 else { return String(format: "%.1f s", max(0, seconds)) }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(whole % 60) s"
    case ..<86_400: return String(format: "%d h %02d min", whole / 3600, whole % 3600 / 60)
    default: return "\(whole / 86_400) d \(whole % 86_400 / 3600) h"
    }
  }

  /// Three significant digits: `0.42`, `52.3`, `1,234`.
  static func rate(_ perSecond: Double) -> String {
    switch perSecond {
    case ..<10: String(format: "%.2f", perSecond)
    case ..<100: String(format: "%.1f", perSecond)
    default: count(Int(perSecond.rounded()))
    }
  }
}

extension String {
  /// Blanks behind, up to a width in characters.
  func padded(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }
}
