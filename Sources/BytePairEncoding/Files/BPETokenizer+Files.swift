#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

extension BPETokenizer {
  /// Reads a YTTM model, and its sidecar if there is one.
  ///
  /// - Throws: `BPEError` with path, line and reason.
  public init(contentsOf url: URL) throws(BPEError) { try self.init(contentsOfFile: url.path) }

  /// Reads the YTTM model at `path`, and its sidecar if there is one. Errors name the path as it is
  /// given here.
  ///
  /// - Throws: `BPEError` with path, line and reason.
  public init(contentsOfFile path: String) throws(BPEError) {
    let model = try Self.model(path)
    let preparation = try Self.preparation(ModelSidecar.path(ofModel: path), model)
    try self.init(model: model, preparation: preparation)
  }

  /// Where the sidecar of the model at `path` lies, if it has one.
  package static func sidecarPath(ofModel path: String) -> String {
    ModelSidecar.path(ofModel: path)
  }

  private static func model(_ path: String) throws(BPEError) -> BPEModel {
    let bytes = try read(path)
    do throws(BPEError) {
      return try BPEModel(fileBytes: bytes.span)
    } catch {
      throw BPEError(error.reason, line: error.line, path: path)
    }
  }

  private static func preparation(
    _ path: String, _ model: BPEModel
  ) throws(BPEError) -> TextPreparation {
    guard FileManager.default.fileExists(atPath: path) else { return TextPreparation() }
    let bytes = try read(path)
    do throws(BPEError) {
      return try ModelSidecar.preparation(bytes, for: model)
    } catch {
      throw BPEError(error.reason, line: error.line, path: path)
    }
  }

  private static func read(_ path: String) throws(BPEError) -> [UInt8] {
    let input = try InputStream(opening: path)
    var block = Block<UInt8>(count: 1 << 19)
    var filled = 0
    while true {
      let got = try input.read(into: block, from: filled)
      filled += got
      if got == 0 {
        return block.withSpan(0..<filled) { span in
          // SAFETY: the buffer is only read, within the closure.
          unsafe span.withUnsafeBufferPointer { unsafe Array($0) }
        }
      }
      guard filled <= largestModelFile else {
        throw BPEError(
          .invalidModel("the file is larger than \(largestModelFile) bytes"), path: path)
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
      do {
        if FileManager.default.fileExists(atPath: sidecarPath) {
          try FileManager.default.removeItem(atPath: sidecarPath)
        }
      } catch {
        // Left there, it would be applied to a model it does not belong to.
        throw BPEError(
          .file(operation: "remove", path: sidecarPath, message: "\(error)"))
      }
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
