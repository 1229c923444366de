public import Checkpoints

/// Writes a codec's tensors as one safetensors file, whatever containers they came in.
///
/// Only the tensors that the codec uses are written, under their canonical names, with the codec's
/// name and architecture as metadata. The file has the same identity as the originals when it is
/// written in fp32, or in fp16 when the originals were fp16.
///
/// ```swift
/// let conversion = try CodecConversion(of: [checkpoint])
/// for index in 0..<conversion.pieceCount { try output.append(conversion.piece(index)) }
/// ```
public struct CodecConversion: Sendable {
  /// The metadata key that holds the codec's name.
  static let nameKey = "tessera.codec"

  /// What was found in the files.
  public let report: CodecReport
  private let weights: CanonicalWeights
  private let writer: SafetensorsWriter

  /// Plans a conversion.
  ///
  /// - Parameters:
  ///   - checkpoints: The codec's files in any order.
  ///   - name: The codec's name; nil to tell it from the tensors.
  ///   - precision: fp32 or fp16.
  /// - Throws: ``CodecError`` when the files do not make a whole codec.
  public init(
    of checkpoints: [Checkpoint], name: String? = nil,
    precision: SafetensorsWriter.Precision = .float32
  ) throws(CodecError) {
    report = try CodecReport(of: checkpoints, name: name)
    guard report.problems.isEmpty else {
      throw CodecError(.tensors(report.problems), codec: report.name)
    }
    weights = CanonicalWeights(report.used)
    var metadata = [Self.nameKey: report.name, "format": "pt"]
    for fact in report.architecture { metadata["tessera.\(fact.label)"] = fact.value }
    writer = SafetensorsWriter(
      tensors: report.used.map { ($0.key, $0.value.shape) }, metadata: metadata,
      precision: precision,
      wholeNumbers: Set(report.used.filter { !$0.value.elementType.isFloatingPoint }.keys))
  }

  /// How many pieces the file is handed over in: the header, then one for each tensor.
  public var pieceCount: Int { writer.order.count + 1 }

  /// One piece of the file; written one after another from 0 they are the file.
  ///
  /// - Throws: ``CodecError`` when a tensor cannot be read, or does not fit fp16.
  public func piece(_ index: Int) throws(CodecError) -> [UInt8] {
    guard index > 0 else { return writer.header() }
    let name = writer.order[index - 1].name
    return try passingErrors(of: report.name) {
      guard let tensor = weights.tensors[name] else {
        fatalError("the writer was given exactly these tensors")
      }
      return try writer.encode(try tensor.floats(), named: name)
    }
  }
}
