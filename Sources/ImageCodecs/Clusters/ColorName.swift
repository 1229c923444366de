/// What people call a colour: a hue with how light and how strong it is.
public enum ColorName {
  /// How bright a colour is, 0…255, as Rec. 601 weighs the channels.
  public static func brightness(red: Double, green: Double, blue: Double) -> Double {
    0.299 * red + 0.587 * green + 0.114 * blue
  }

  /// A name such as `dark red`, `pale blue`, `light grey`.
  ///
  /// - Parameters: Means of red, green and blue, 0…255.
  public static func name(red: Double, green: Double, blue: Double) -> String {
    let (largest, smallest) = (max(red, green, blue), min(red, green, blue))
    let brightness = brightness(red: red, green: green, blue: blue)
    // The spread of the channels.
    let chroma = largest - smallest
    if chroma < 24 {
      switch brightness {
      case ..<32: return "black"
      case ..<85: return "dark grey"
      case ..<160: return "grey"
      case ..<225: return "light grey"
      default: return "white"
      }
    }
    var hue = 0.0
    if largest == red {
      hue = (green - blue) / chroma
    } else if largest == green {
      hue = (blue - red) / chroma + 2
    } else {
      hue = (red - green) / chroma + 4
    }
    if hue < 0 { hue += 6 }
    let names: [(end: Double, name: String)] = [
      (0.3, "red"), (0.75, "orange"), (1.15, "yellow"), (1.6, "lime"), (2.5, "green"),
      (3.25, "cyan"), (4.2, "blue"), (4.75, "violet"), (5.4, "magenta"), (5.8, "pink"),
      (6.1, "red"),
    ]
    var name = names.first { hue < $0.end }?.name ?? "red"
    if name == "orange", brightness < 130 { name = "brown" }
    switch (brightness, chroma) {
    case (..<70, _): return "dark " + name
    case (_, ..<60): return (brightness > 170 ? "pale " : "dull ") + name
    case (190..., _): return "light " + name
    default: return name
    }
  }
}
