/// How a picture of any size becomes the picture a codec sees.
///
/// The choice changes the tokens: a resize that differs by a few levels moves 1 to 15 of 100
/// tokens. Each codec therefore names its recipe, and a token file records it. In every recipe a
/// picture that already has the asked size passes through unchanged, and a smaller one is enlarged;
/// a very long or very small picture is no error, because only what remains after the crop is
/// computed.
public struct PreprocessingRecipe: Hashable, Sendable, CustomStringConvertible {
  /// The name as the command spells it (`--recipe square-lanczos`).
  public let name: String
  /// What is done, in one line; equal descriptions mean equal pixels. Stored in token files.
  public let description: String
  let method: Method

  enum Method: Hashable, Sendable {
    case cropThenResize(ResampleFilter)
    case resizeThenCrop(ResampleFilter, order: PassOrder)
    case torchBilinear(antialias: Bool)
    case openCVBilinear
    case resizeWithGap(ResampleFilter, gap: Double, order: PassOrder)
    case none
  }

  /// Central crop to the target's aspect, then Lanczos: the default codec's recipe.
  public static let squareLanczos = PreprocessingRecipe(
    name: "square-lanczos",
    description: "square-lanczos/1: centre crop to the target aspect (offsets rounded down), "
      + "then Pillow Lanczos to the target size",
    method: .cropThenResize(.lanczos))

  /// Lanczos until the target is covered, then a central crop: ruDALL-E and the DALL-E dVAE.
  public static let lanczosCrop = PreprocessingRecipe(
    name: "lanczos-crop",
    description: "lanczos-crop/1: Pillow 13 Lanczos by the scale that covers the target (sides "
      + "rounded half to even), then centre crop (offsets rounded half to even)",
    method: .resizeThenCrop(.lanczos, order: .mostlyColumnsFirst))

  /// ``lanczosCrop`` as Pillow up to version 12 computes it: the same but for pictures more than
  /// twice as high as wide.
  public static let lanczosCropPillow12 = PreprocessingRecipe(
    name: "lanczos-crop-pillow12",
    description: "lanczos-crop-pillow12/1: lanczos-crop with columns always resampled before rows",
    method: .resizeThenCrop(.lanczos, order: .columnsFirst))

  /// Central crop, then bilinear with antialiasing: RUDOLPH.
  public static let cropBilinear = PreprocessingRecipe(
    name: "crop-bilinear",
    description: "crop-bilinear/1: centre crop to the target aspect (offsets rounded down), "
      + "then Pillow bilinear to the target size",
    method: .cropThenResize(.bilinear))

  /// Bilinear over two by two pixels, then a central crop: icetk as its authors ran it.
  public static let torchBilinear = PreprocessingRecipe(
    name: "torch-bilinear",
    description: "torch-bilinear/1: PyTorch bilinear without antialias until the target is "
      + "covered (long side rounded down), rounded to bytes, then centre crop (half to even)",
    method: .torchBilinear(antialias: false))

  /// Bilinear widened when shrinking, then a central crop: icetk with torchvision 0.17 and later.
  public static let torchBilinearAntialias = PreprocessingRecipe(
    name: "torch-bilinear-antialias",
    description: "torch-bilinear-antialias/1: PyTorch bilinear with antialias until the target is "
      + "covered (long side rounded down), rounded to bytes, then centre crop (half to even)",
    method: .torchBilinear(antialias: true))

  /// OpenCV's fixed-point bilinear, then a central crop: taming-transformers in training.
  public static let openCVBilinearCrop = PreprocessingRecipe(
    name: "opencv-bilinear-crop",
    description: "opencv-bilinear-crop/1: OpenCV bilinear until the target is covered (sides "
      + "rounded half to even), then centre crop (offsets rounded down)",
    method: .openCVBilinear)

  /// Bicubic to exactly the target after a whole-number reduction, no crop: Kandinsky.
  public static let bicubicGap = PreprocessingRecipe(
    name: "bicubic-gap",
    description: "bicubic-gap/1: Pillow 13 bicubic to the target size with reducing_gap 1, "
      + "no crop, aspect not kept",
    method: .resizeWithGap(.bicubic, gap: 1, order: .mostlyColumnsFirst))

  /// ``bicubicGap`` as Pillow up to version 12 computes it: the same but for pictures that lose
  /// more than twice as many rows as columns.
  public static let bicubicGapPillow12 = PreprocessingRecipe(
    name: "bicubic-gap-pillow12",
    description: "bicubic-gap-pillow12/1: bicubic-gap with columns always resampled before rows",
    method: .resizeWithGap(.bicubic, gap: 1, order: .columnsFirst))

  /// Nothing: the picture must already have the asked size.
  public static let none = PreprocessingRecipe(
    name: "none", description: "none/1: the picture as it is", method: .none)

  /// Every recipe, in the order of the documentation.
  public static let all: [PreprocessingRecipe] = [
    .squareLanczos, .lanczosCrop, .lanczosCropPillow12, .cropBilinear, .torchBilinear,
    .torchBilinearAntialias, .openCVBilinearCrop, .bicubicGap, .bicubicGapPillow12, .none,
  ]

  private init(name: String, description: String, method: Method) {
    self.name = name
    self.description = description
    self.method = method
  }

  /// The recipe called `name`, or nil when there is none.
  public init?(named name: String) {
    guard let found = Self.all.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Prepares a picture.
  ///
  /// - Parameters:
  ///   - image: A picture of any size.
  ///   - target: The size wanted, at least one pixel on each side.
  /// - Returns: A picture of exactly `target`.
  /// - Throws: ``RasterImageError/Reason/wrongSize(found:expected:)`` by ``none`` only.
  public func apply(to image: RasterImage, size target: PixelSize) throws(RasterImageError)
    -> RasterImage
  {
    precondition(
      target.width > 0 && target.height > 0, "a picture cannot be prepared for \(target)")
    if image.size == target { return image }
    switch method {
    case .cropThenResize(let filter):
      return image.resized(
        to: target, filter: filter, region: .centred(in: image.size, aspectOf: target))
    case .resizeThenCrop(let filter, let order):
      let scale = Self.coveringScale(of: image.size, over: target)
      let full = PixelSize(
        width: Self.scaled(image.width, by: scale, atLeast: target.width),
        height: Self.scaled(image.height, by: scale, atLeast: target.height))
      let plan = Resampler(
        region: PixelRegion(x: 0, y: 0, size: image.size),
        extent: (Float(image.width), Float(image.height)), target: full, filter: filter,
        order: order, window: Self.centreHalfEven(of: full, target: target))
      return FastResampler.resample(image, by: plan)
    case .torchBilinear(let antialias):
      let full = Self.coveringSizeRoundedDown(of: image.size, over: target)
      return image.torchBilinear(
        to: full, antialias: antialias, window: Self.centreHalfEven(of: full, target: target))
    case .openCVBilinear:
      let scale = Self.coveringScale(of: image.size, over: target)
      let full = PixelSize(
        width: Self.scaled(image.width, by: scale, atLeast: target.width),
        height: Self.scaled(image.height, by: scale, atLeast: target.height))
      return image.openCVBilinear(
        to: full,
        window: PixelRegion(
          x: (full.width - target.width) / 2, y: (full.height - target.height) / 2, size: target))
    case .resizeWithGap(let filter, let gap, let order):
      return image.resized(to: target, filter: filter, reducingGap: gap, order: order)
    case .none:
      throw RasterImageError(reason: .wrongSize(found: image.size, expected: target))
    }
  }

  /// The least scale at which `size` covers `target` on both sides.
  private static func coveringScale(of size: PixelSize, over target: PixelSize) -> Double {
    max(
      Double(target.width) / Double(size.width), Double(target.height) / Double(size.height))
  }

  /// One side after scaling, rounded half to even as Python's `round` does.
  private static func scaled(_ side: Int, by scale: Double, atLeast minimum: Int) -> Int {
    max(minimum, Int((scale * Double(side)).rounded(.toNearestOrEven)))
  }

  /// The size at which the short side fits `target` and the long one is rounded down, as
  /// torchvision's `Resize` computes it.
  private static func coveringSizeRoundedDown(
    of size: PixelSize, over target: PixelSize
  ) -> PixelSize {
    size.width * target.height <= size.height * target.width
      ? PixelSize(width: target.width, height: target.width * size.height / size.width)
      : PixelSize(width: target.height * size.width / size.height, height: target.height)
  }

  /// The central window with offsets rounded half to even, as torchvision's `center_crop` has it.
  private static func centreHalfEven(of full: PixelSize, target: PixelSize) -> PixelRegion {
    func offset(_ slack: Int) -> Int { Int((Double(slack) / 2).rounded(.toNearestOrEven)) }
    return PixelRegion(
      x: offset(full.width - target.width), y: offset(full.height - target.height), size: target)
  }
}
