public import RasterImages
public import Tokens

/// A picture of all clusters: each decoded, with its label, its brightness in percent and the name of
/// its colour below.
public struct SwatchSheet: Sendable {
  /// One cluster on the sheet.
  public struct Swatch: Sendable {
    /// The cluster.
    public let label: Int
    /// Its tokens.
    public let size: Int
    /// The token nearest to its centre.
    public let representative: TokenID
    /// The mean colour of what its tokens decode to, 0…255.
    public let red, green, blue: Double
    /// What that colour is called.
    public let name: String

    /// How bright that colour is, 0…100.
    public var brightness: Double {
      ColorName.brightness(red: red, green: green, blue: blue) / 2.55
    }
  }

  /// The sheet, 20 clusters in a row, in the order of their labels.
  public let image: RasterImage
  /// The clusters in the order of their labels.
  public let swatches: [Swatch]

  private static let columns = 20
  private static let side = 48
  private static let captionHeight = 15
  // So wide that the longest name, of thirteen letters, ends before the next swatch.
  private static let gap = 7

  /// Decodes every cluster and paints the sheet.
  ///
  /// A swatch is a grid of the cluster's own tokens, ascending and repeated as often as needed, so
  /// that it shows how alike they look.
  ///
  /// - Parameters:
  ///   - map: Clusters of the codec's codebook.
  ///   - representatives: The token of each cluster that stands for it.
  ///   - codec: Decodes the tokens.
  /// - Throws: ``CodecError`` when the codec cannot decode.
  public init(
    _ map: ClusterMap, representatives: [TokenID], codec: any ImageCodec
  ) throws(CodecError) {
    let tokensPerSide = max(1, Self.side / codec.patchSize)
    let grids = map.members.map { members in
      TokenGrid(
        height: tokensPerSide, width: tokensPerSide,
        tokens: (0..<tokensPerSide * tokensPerSide).map { members[$0 % members.count] })
    }
    let (cellWidth, cellHeight) = (
      Self.side + Self.gap, Self.side + Self.captionHeight + Self.gap
    )
    let rows = (grids.count + Self.columns - 1) / Self.columns
    var canvas = Canvas(
      width: Self.columns * cellWidth + Self.gap, height: rows * cellHeight + Self.gap)
    var swatches: [Swatch] = []
    // Batches keep the memory of one decoding small.
    for start in stride(from: 0, to: grids.count, by: 64) {
      let batch = Array(grids[start..<min(start + 64, grids.count)])
      for (offset, picture) in try codec.decode(batch).enumerated() {
        let label = start + offset
        let mean = Self.mean(picture)
        let name = ColorName.name(red: mean.red, green: mean.green, blue: mean.blue)
        let swatch = Swatch(
          label: label, size: map.members[label].count, representative: representatives[label],
          red: mean.red, green: mean.green, blue: mean.blue, name: name)
        swatches.append(swatch)
        let left = Self.gap + label % Self.columns * cellWidth
        let top = Self.gap + label / Self.columns * cellHeight
        canvas.paint(picture, left: left, top: top, side: Self.side)
        let percent = "\(Int(swatch.brightness.rounded()))%"
        canvas.write("\(label)", left: left, top: top + Self.side + 2)
        canvas.write(
          percent, left: left + Self.side - percent.count * 4, top: top + Self.side + 2)
        canvas.write(name, left: left, top: top + Self.side + 9)
      }
    }
    image = RasterImage(width: canvas.width, height: canvas.height, pixels: canvas.pixels)
    self.swatches = swatches
  }

  private static func mean(_ image: RasterImage) -> (red: Double, green: Double, blue: Double) {
    var sums = [0, 0, 0]
    for (index, value) in image.pixels.enumerated() { sums[index % 3] += Int(value) }
    let count = Double(image.width * image.height)
    return (Double(sums[0]) / count, Double(sums[1]) / count, Double(sums[2]) / count)
  }
}

/// Pixels that pictures and small letters are put on.
private struct Canvas {
  let width: Int
  let height: Int
  var pixels: [UInt8]

  init(width: Int, height: Int) {
    self.width = width
    self.height = height
    pixels = Array(repeating: 255, count: width * height * 3)
  }

  /// Paints a picture into a square, taking the nearest pixel.
  mutating func paint(_ image: RasterImage, left: Int, top: Int, side: Int) {
    for y in 0..<side {
      for x in 0..<side {
        let source = (y * image.height / side * image.width + x * image.width / side) * 3
        let target = ((top + y) * width + left + x) * 3
        for channel in 0..<3 { pixels[target + channel] = image.pixels[source + channel] }
      }
    }
  }

  /// Writes small letters and digits, 3×5 pixels each, dark grey.
  mutating func write(_ text: String, left: Int, top: Int) {
    var x = left
    for character in text {
      if let rows = Self.glyphs[character] {
        for (y, bits) in rows.enumerated() {
          for column in 0..<3 where bits & (4 >> column) != 0 {
            let target = ((top + y) * width + x + column) * 3
            guard x + column < width, top + y < height else { continue }
            for channel in 0..<3 { pixels[target + channel] = 48 }
          }
        }
      }
      x += 4
    }
  }

  /// Five rows of three pixels for each sign that a colour's name or a number needs.
  private static let glyphs: [Character: [UInt8]] = [
    "0": [7, 5, 5, 5, 7], "1": [2, 6, 2, 2, 7], "2": [7, 1, 7, 4, 7], "3": [7, 1, 7, 1, 7],
    "4": [5, 5, 7, 1, 1], "5": [7, 4, 7, 1, 7], "6": [7, 4, 7, 5, 7], "7": [7, 1, 2, 2, 2],
    "8": [7, 5, 7, 5, 7], "9": [7, 5, 7, 1, 7], "a": [2, 5, 7, 5, 5], "b": [6, 5, 6, 5, 6],
    "c": [3, 4, 4, 4, 3], "d": [6, 5, 5, 5, 6], "e": [7, 4, 6, 4, 7], "f": [7, 4, 6, 4, 4],
    "g": [3, 4, 5, 5, 3], "h": [5, 5, 7, 5, 5], "i": [7, 2, 2, 2, 7], "j": [1, 1, 1, 5, 2],
    "k": [5, 5, 6, 5, 5], "l": [4, 4, 4, 4, 7], "m": [5, 7, 7, 5, 5], "n": [6, 5, 5, 5, 5],
    "o": [2, 5, 5, 5, 2], "p": [6, 5, 6, 4, 4], "q": [2, 5, 5, 6, 3], "r": [6, 5, 6, 5, 5],
    "s": [3, 4, 2, 1, 6], "t": [7, 2, 2, 2, 2], "u": [5, 5, 5, 5, 7], "v": [5, 5, 5, 5, 2],
    "w": [5, 5, 7, 7, 5], "x": [5, 5, 2, 5, 5], "y": [5, 5, 2, 2, 2], "z": [7, 1, 2, 4, 7],
    "%": [5, 1, 2, 4, 5],
  ]
}
