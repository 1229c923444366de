#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// Named, typed, shaped tensors from a weights file.
///
/// The container is recognised by content: safetensors, PyTorch's zip archive or PyTorch's older
/// stream. Nothing in a file is ever executed or imported; of a pickle only the tensors, and the
/// dictionaries and module attributes that name them, are understood. Tensors are read when they are
/// asked for, so optimizer states and the like cost nothing.
///
/// ```swift
/// let checkpoint = try Checkpoint(contentsOf: url)
/// let kernel = try checkpoint.tensor("encoder.conv_in.weight").floats()
/// ```
public struct Checkpoint: Sendable {
  /// Which container the tensors came in.
  public enum Container: String, Hashable, Sendable {
    case safetensors
    case torchZip = "torch zip"
    case torchLegacy = "torch legacy stream"
  }

  /// Which container the tensors came in.
  public let container: Container
  /// The tensors in ascending order of their names' UTF-8 bytes.
  public let tensors: [CheckpointTensor]
  /// Text that accompanies the tensors (safetensors only).
  public let metadata: [String: String]
  /// Keys beside the state dictionary at the top of a PyTorch file: `epoch`, `optimizer_states`, ….
  /// They tell a Lightning checkpoint from a bare one.
  public let outerKeys: [String]
  /// The file, for messages; nil for bytes in memory.
  public let file: String?

  private let indices: [String: Int]

  /// Opens a checkpoint file.
  ///
  /// - Throws: ``CheckpointError`` naming the file.
  public init(contentsOf url: URL) throws(CheckpointError) {
    let path = url.path
    do throws(CheckpointError) {
      try self.init(source: .file(FileDescriptor(path: path)), file: path)
    } catch {
      throw error.inFile(path)
    }
  }

  /// Reads a checkpoint that is in memory.
  public init(bytes: [UInt8]) throws(CheckpointError) {
    try self.init(source: .memory(bytes), file: nil)
  }

  private init(source: ByteSource, file: String?) throws(CheckpointError) {
    let head = try source.read(at: 0, count: min(512, source.byteCount))
    let kind = FileKind(head: head, byteCount: source.byteCount)
    switch kind {
    case .safetensors:
      try self.init(.safetensors, SafetensorsReader.read(source, file: file), file: file)
    case .torchZip:
      try self.init(.torchZip, TorchZipReader.read(source, file: file), file: file)
    case .torchLegacy:
      try self.init(.torchLegacy, TorchLegacyReader.read(source, file: file), file: file)
    default: throw CheckpointError(.notACheckpoint(kind))
    }
  }

  private init(
    _ container: Container, _ contents: CheckpointContents, file: String?
  ) throws(CheckpointError) {
    guard !contents.tensors.isEmpty else { throw CheckpointError(.noTensors) }
    self.container = container
    self.file = file
    metadata = contents.metadata
    outerKeys = contents.outerKeys
    tensors = contents.tensors.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    var indices: [String: Int] = [:]
    for (index, tensor) in tensors.enumerated()
    where indices.updateValue(index, forKey: tensor.name) != nil {
      throw CheckpointError(.duplicateName, tensor: tensor.name)
    }
    self.indices = indices
  }

  /// The tensor of that name, or nil.
  public subscript(name: String) -> CheckpointTensor? { indices[name].map { tensors[$0] } }

  /// The tensor of that name; throws when there is none.
  public func tensor(_ name: String) throws(CheckpointError) -> CheckpointTensor {
    guard let tensor = self[name] else {
      throw CheckpointError(.missingTensor, tensor: name, file: file)
    }
    return tensor
  }
}

/// What a container's reader hands to ``Checkpoint``.
struct CheckpointContents {
  var tensors: [CheckpointTensor] = []
  var metadata: [String: String] = [:]
  var outerKeys: [String] = []
}
