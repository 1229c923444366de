import Checkpoints

/// A checkpoint's tensors in the hand, to be spoiled or added to.
struct RewrittenCheckpoint {
  var tensors: [String: (shape: [Int], values: [Float])] = [:]
  var metadata: [String: String] = [:]
  var wholeNumbers: Set<String> = []

  init(_ checkpoint: Checkpoint) throws {
    for tensor in checkpoint.tensors where !tensor.name.hasPrefix("loss.") {
      tensors[tensor.name] = (tensor.shape, try tensor.floats())
    }
  }

  /// The changed tensors in a safetensors file.
  func checkpoint(
    precision: SafetensorsWriter.Precision = .float32
  ) throws -> Checkpoint {
    let writer = SafetensorsWriter(
      tensors: tensors.map { ($0.key, $0.value.shape) }, metadata: metadata,
      precision: precision, wholeNumbers: wholeNumbers)
    var file = writer.header()
    for (name, _) in writer.order {
      file += try writer.encode(tensors[name]?.values ?? [], named: name)
    }
    return try Checkpoint(bytes: file)
  }
}
