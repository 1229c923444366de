import CResizeKernels
import RasterImages
import TestSupport
import Testing

/// The kernels of every instruction set this machine has against the obvious loops.
struct ResizeEquivalenceTests {
  static let levels = (0...tessera_resize_best_level().rawValue).map {
    tessera_resize_level(rawValue: $0)
  }

  @Test("The fast resampler equals the obvious one on random sizes, regions and windows")
  func random() {
    let seed: UInt64 = 77
    var generator = SeededGenerator(seed: seed)
    for round in 0..<60 {
      let image = RasterImage.noise(
        PixelSize(
          width: .random(in: 1...70, using: &generator),
          height: .random(in: 1...70, using: &generator)), seed: UInt64(round))
      let region = Self.part(of: image.size, &generator)
      let target = PixelSize(
        width: .random(in: 1...60, using: &generator),
        height: .random(in: 1...60, using: &generator))
      let window = Self.part(of: target, &generator)
      for filter in ResampleFilter.allCases {
        for order in [PassOrder.columnsFirst, .mostlyColumnsFirst] {
          let plan = Resampler(
            region: region,
            extent: (Float(region.size.width), Float(region.size.height)), target: target,
            filter: filter, order: order, window: window)
          let expected = ReferenceResampler.resample(image, by: plan)
          #expect(expected.size == window.size)
          for level in Self.levels {
            let found = FastResampler.resample(image, by: plan, level: level)
            #expect(
              found == expected,
              "seed \(seed), round \(round), \(filter), \(order), level \(level.rawValue)")
          }
        }
      }
    }
  }

  @Test("A window is the same part of the whole result")
  func windows() {
    let image = RasterImage.noise(PixelSize(width: 61, height: 83), seed: 9)
    let whole = PixelRegion(x: 0, y: 0, size: PixelSize(width: 40, height: 55))
    let part = PixelRegion(x: 11, y: 6, size: PixelSize(width: 17, height: 30))
    let results = [whole, part].map { window in
      FastResampler.resample(
        image,
        by: Resampler(
          region: PixelRegion(x: 0, y: 0, size: image.size), extent: (61, 83),
          target: whole.size, filter: .lanczos, order: .columnsFirst, window: window))
    }
    #expect(results[0].cropped(to: part) == results[1])
  }

  @Test("Weights of a thousand taps do not overflow: flat pictures stay flat")
  func extremes() {
    for value in [UInt8(0), 1, 127, 254, 255] {
      let long = RasterImage(
        width: 30_000, height: 2, pixels: [UInt8](repeating: value, count: 180_000))
      for filter in ResampleFilter.allCases {
        let small = long.resized(to: PixelSize(width: 13, height: 3), filter: filter)
        #expect(small.pixels.allSatisfy { $0 == value }, "\(filter) of \(value)")
      }
    }
  }

  private static func part(
    of whole: PixelSize, _ generator: inout SeededGenerator
  ) -> PixelRegion {
    let size = PixelSize(
      width: .random(in: 1...whole.width, using: &generator),
      height: .random(in: 1...whole.height, using: &generator))
    return PixelRegion(
      x: .random(in: 0...whole.width - size.width, using: &generator),
      y: .random(in: 0...whole.height - size.height, using: &generator), size: size)
  }
}
