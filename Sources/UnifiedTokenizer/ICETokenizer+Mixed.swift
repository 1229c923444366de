import ImageCodecs
public import RasterImages
public import Tokens

extension ICETokenizer {
  /// What a mixed sequence is made of.
  public enum Part: Sendable, Equatable {
    /// Text.
    case text(String)
    /// A picture as codes.
    case grid(TokenGrid)
    /// A picture as pixels.
    case picture(RasterImage)
  }

  /// Encodes a picture into its codes, row by row.
  ///
  /// - Parameters:
  ///   - picture: RGB, resized and cropped before by a recipe (icetk: `torch-bilinear`); its sides
  ///     are multiples of the codec's patch size.
  ///   - patchSize: Pixels per code: 4, 8 or 16 for ICE. nil takes the first codec.
  /// - Throws: ``UnifiedTokenizerError`` when there is no such codec, or it refuses the picture.
  public func encode(
    _ picture: RasterImage, patchSize: Int? = nil
  ) throws(UnifiedTokenizerError) -> [TokenID] {
    let codec = try codec(patchSize)
    return try UnifiedTokenizerError.wrapping(codec: { () throws(CodecError) in
      try codec.encode(picture).tokens
    })
  }

  /// Paints a grid of codes.
  ///
  /// - Parameters:
  ///   - grid: Codes of the codec.
  ///   - patchSize: Which codec paints; nil takes the first.
  /// - Throws: ``UnifiedTokenizerError`` when there is no such codec, or it refuses the grid.
  public func decode(
    _ grid: TokenGrid, patchSize: Int? = nil
  ) throws(UnifiedTokenizerError) -> RasterImage {
    let codec = try codec(patchSize)
    return try UnifiedTokenizerError.wrapping(codec: { () throws(CodecError) in
      try codec.decode(grid)
    })
  }

  /// Encodes text and pictures one after the other.
  public func encode(
    _ parts: [Part], options: TextOptions? = nil, patchSize: Int? = nil
  ) throws(UnifiedTokenizerError) -> [TokenID] {
    var ids: [TokenID] = []
    for part in parts {
      switch part {
      case .text(let text): ids += encode(text, options: options)
      case .picture(let picture): ids += try encode(picture, patchSize: patchSize)
      case .grid(let grid):
        for (index, code) in grid.tokens.enumerated()
        where code < 0 || code >= imageVocabularySize {
          throw UnifiedTokenizerError(
            .idOutOfRange(id: Int(code), index: index, size: imageVocabularySize))
        }
        ids += grid.tokens
      }
    }
    return ids
  }

  /// Takes a mixed sequence apart into text and token grids.
  ///
  /// - Parameters:
  ///   - ids: Unified ids.
  ///   - shapes: Height and width, in codes, of each picture in order. A picture beyond the end of
  ///     this list is the whole rest of its run, and a square.
  /// - Throws: ``UnifiedTokenizerError`` for an id outside the vocabulary, or a run of image codes
  ///   that no shape fits.
  public func split(
    _ ids: [TokenID], shapes: [(height: Int, width: Int)] = []
  ) throws(UnifiedTokenizerError) -> [Part] {
    var parts: [Part] = []
    var shapes = shapes[...]
    var start = 0
    while start < ids.count {
      let isImage = isImageCode(ids[start])
      var end = start + 1
      while end < ids.count, isImageCode(ids[end]) == isImage { end += 1 }
      if isImage {
        while start < end {
          let shape: (height: Int, width: Int)
          if let given = shapes.popFirst() {
            shape = given
          } else {
            shape = try square(end - start, at: start)
          }
          let count = shape.height.multipliedReportingOverflow(by: shape.width)
          guard shape.height > 0, shape.width > 0, !count.overflow,
            count.partialValue <= end - start
          else {
            throw UnifiedTokenizerError(
              .imageRunTooShort(
                needed: count.partialValue, available: end - start, index: start))
          }
          parts.append(
            .grid(
              TokenGrid(
                height: shape.height, width: shape.width,
                tokens: Array(ids[start..<start + count.partialValue]))))
          start += count.partialValue
        }
      } else {
        do throws(UnifiedTokenizerError) {
          parts.append(.text(try decodeText(ids[start..<end])))
        } catch {
          throw error.moved(by: start)
        }
        start = end
      }
    }
    return parts
  }

  /// Decodes a mixed sequence into text and pictures.
  ///
  /// - Parameters:
  ///   - ids: Unified ids.
  ///   - shapes: As for ``split(_:shapes:)``.
  ///   - patchSize: Which codec paints; nil takes the first.
  public func decode(
    _ ids: [TokenID], shapes: [(height: Int, width: Int)] = [], patchSize: Int? = nil
  ) throws(UnifiedTokenizerError) -> [Part] {
    var parts = try split(ids, shapes: shapes)
    for index in parts.indices {
      guard case .grid(let grid) = parts[index] else { continue }
      parts[index] = .picture(try decode(grid, patchSize: patchSize))
    }
    return parts
  }

  private func isImageCode(_ id: TokenID) -> Bool { id >= 0 && id < imageVocabularySize }

  private func square(
    _ count: Int, at index: Int
  ) throws(UnifiedTokenizerError) -> (height: Int, width: Int) {
    let side = Int(Double(count).squareRoot())
    guard side * side == count else {
      throw UnifiedTokenizerError(.imageRunNotSquare(count: count, index: index))
    }
    return (side, side)
  }
}

extension UnifiedTokenizerError {
  /// The same error about ids that stand `offset` further on.
  func moved(by offset: Int) -> UnifiedTokenizerError {
    switch reason {
    case .idOutOfRange(let id, let index, let size):
      UnifiedTokenizerError(.idOutOfRange(id: id, index: index + offset, size: size))
    default: self
    }
  }
}
