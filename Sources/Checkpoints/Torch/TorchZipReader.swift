/// Reads the archives of PyTorch 1.6 and later: `Formats/torch-checkpoint.md`.
enum TorchZipReader {
  static func read(_ source: ByteSource, file: String?) throws(CheckpointError)
    -> CheckpointContents
  {
    let archive = try ZipDirectory(of: source)
    // Whoever saved to a buffer has the root `archive`, others that of their file's name.
    guard let pickle = archive.entries.first(where: { $0.name.hasSuffix("/data.pkl") }) else {
      throw CheckpointError(
        .malformed("this zip archive holds no data.pkl, so it is not a PyTorch checkpoint"))
    }
    let root = pickle.name.dropLast("data.pkl".count)
    guard archive[root + "constants.pkl"] == nil else {
      throw CheckpointError(.unsupported("TorchScript (torch.jit.save); save a state_dict instead"))
    }
    if let order = archive[root + "byteorder"] {
      let range = try order.dataRange(in: source)
      guard
        try source.read(at: range.lowerBound, count: min(range.count, 16))
          == Array("little".utf8)
      else {
        throw CheckpointError(.unsupported("a big-endian checkpoint"), offset: range.lowerBound)
      }
    }
    var machine = PickleMachine(PickleInput(source, range: try pickle.dataRange(in: source)))
    let value = try machine.run().value
    let state = try StateDictionary(root: value, arena: machine.arena)

    var ranges: [String: Range<Int>] = [:]
    var contents = CheckpointContents()
    contents.outerKeys = state.outerKeys
    for (name, tensor) in state.tensors {
      let key = tensor.storage.key
      if ranges[key] == nil {
        guard let entry = archive[root + "data/" + key] else {
          throw CheckpointError(
            .malformed("the archive lacks its storage '\(key)'"), offset: tensor.position,
            tensor: name)
        }
        ranges[key] = try entry.dataRange(in: source)
      }
      contents.tensors.append(
        try tensor.located(in: ranges[key]!, name: name, source: source, file: file))
    }
    return contents
  }
}

extension PickleTensor {
  /// The tensor, once it is known where its storage lies.
  func located(
    in range: Range<Int>, name: String, source: ByteSource, file: String?
  ) throws(CheckpointError) -> CheckpointTensor {
    let (needed, overflow) = storage.rootCount.multipliedReportingOverflow(
      by: elementType.byteCount)
    guard !overflow, needed <= range.count else {
      throw CheckpointError(
        .disagreement(
          "the size of storage '\(storage.key)' in bytes", expected: overflow ? .max : needed,
          found: range.count), offset: range.lowerBound, tensor: name)
    }
    // An empty tensor's offset was never checked, and is never used.
    let first = elementCount == 0 ? 0 : storage.viewOffset + offset
    return CheckpointTensor(
      name: name, elementType: elementType, shape: shape, elementCount: elementCount,
      offset: range.lowerBound + first * elementType.byteCount, strides: strides, source: source,
      file: file)
  }
}
