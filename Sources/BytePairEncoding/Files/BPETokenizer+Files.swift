#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension BPETokenizer {
  /// Reads a YTTM model, and its sidecar if there is one.
  ///
  /// - Throws: `BPEError` with path, line and reason.
  public init(contentsOf url: URL) throws(BPEError) {
    let path = url.path
    let bytes = try Self.read(path)
    let model = try BPEModel(fileBytes: bytes.span)
    let sidecarPath = ModelSidecar.path(ofModel: path)
    var preparation = TextPreparation()
    if FileManager.default.fileExists(atPath: sidecarPath) {
      let sidecar = try Self.read(sidecarPath)
      preparation = try ModelSidecar.preparation(sidecar, for: model)
    }
    try self.init(model: model, preparation: preparation)
  }

  private static func read(_ path: String) throws(BPEError) -> [UInt8] {
    let input = try InputStream(opening: path)
    var block = Block<UInt8>(count: 1 << 16)
    var filled = 0
    while true {
      let got = try input.read(into: block, from: filled)
      filled += got
      if got == 0 { return block.withSpan(0..<filled) { span in span.indices.map { span[$0] } } }
      guard filled <= largestModelFile else {
        throw BPEError(
          .invalidModel("the file is larger than \(largestModelFile) bytes"), line: nil)
      }
      if filled == block.count { block.grow(to: filled * 2) }
    }
  }

  /// More than any model needs: 2^26 rules of 30 bytes.
  private static var largestModelFile: Int { 1 << 31 }

  /// Writes the model, and a sidecar if it needs one; a sidecar left over from an earlier model of
  /// that name is removed.
  ///
  /// - Parameter file: A file opened before training, so that an unwritable path was known then.
  public func write(to file: consuming OutputFile) throws(BPEError) {
    let sidecarPath = ModelSidecar.path(ofModel: file.path)
    let bytes = model.fileBytes
    try file.write(bytes.span)
    if preparation.isIdentity {
      try? FileManager.default.removeItem(atPath: sidecarPath)
    } else {
      let sidecar = try OutputFile(path: sidecarPath)
      let bytes = try ModelSidecar(model, preparation).fileBytes()
      try sidecar.write(bytes.span)
      try sidecar.finish()
    }
    try file.finish()
  }

  /// Writes the model to `url`, all of it or nothing.
  public func write(to url: URL) throws(BPEError) { try write(to: OutputFile(path: url.path)) }
}
