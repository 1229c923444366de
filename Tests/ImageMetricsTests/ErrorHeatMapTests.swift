import ImageMetrics
import RasterImages
import Testing

@Suite struct ErrorHeatMapTests {
  @Test func paintsTheRootMeanSquareOfThreeChannels() throws {
    let original = RasterImage(
      width: 4, height: 1, pixels: [10, 10, 10, 0, 0, 0, 100, 100, 100, 0, 0, 0])
    let reconstruction = RasterImage(
      width: 4, height: 1, pixels: [10, 10, 10, 30, 0, 0, 100, 132, 100, 255, 255, 255])
    let map = ErrorHeatMap(saturation: 40)
    let painted = try map.picture(of: reconstruction, against: original)
    let errors = [0, 30 / 3.0.squareRoot(), 32 / 3.0.squareRoot(), 255]
    let expected = errors.map(map.color(ofError:)).flatMap { [$0.red, $0.green, $0.blue] }
    #expect(painted.pixels == expected)
    #expect(Set(errors.map(map.color(ofError:))).count == 4)
  }

  @Test func saturatesAtItsScale() {
    let map = ErrorHeatMap(saturation: 16)
    #expect(map.color(ofError: 0) == ColorMap.colors.first)
    #expect(map.color(ofError: 16) == ColorMap.colors.last)
    #expect(map.color(ofError: 255) == ColorMap.colors.last)
    #expect(map.color(ofError: 8) != map.color(ofError: 7))
  }
}

@Suite struct ColorMapTests {
  /// The claim of its documentation: no colour had to be clipped.
  @Test func staysInsideSRGB() {
    for step in 0...1000 {
      let light = ColorMap.linearLight(ofLab: ColorMap.path(Double(step) / 1000))
      for channel in 0..<3 {
        #expect((0...1).contains(light[channel]), "step \(step), channel \(channel)")
      }
    }
  }

  /// Rec. 709 luminance of the encoded colours rises all the way, so grey prints keep the order.
  @Test func risesInLuminance() {
    #expect(ColorMap.colors.count == 256)
    let luminances = ColorMap.colors.map {
      func light(_ level: UInt8) -> Double {
        let x = Double(level) / 255
        return x * x
      }
      return 0.2126 * light($0.red) + 0.7152 * light($0.green) + 0.0722 * light($0.blue)
    }
    for index in stride(from: 4, through: 255, by: 4) {
      #expect(luminances[index] > luminances[index - 4], "colour \(index)")
    }
  }

  @Test func clampsItsArgument() {
    #expect(ColorMap.color(at: -1) == ColorMap.colors[0])
    #expect(ColorMap.color(at: .nan) == ColorMap.colors[0])
    #expect(ColorMap.color(at: .infinity) == ColorMap.colors[255])
    #expect(ColorMap.color(at: 0.5) == ColorMap.colors[128])
  }
}
