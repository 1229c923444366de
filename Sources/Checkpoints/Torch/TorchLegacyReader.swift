/// Reads the streams of PyTorch before 1.6: `Formats/torch-checkpoint.md`.
enum TorchLegacyReader {
  /// 0x1950a86a20f9469cfc6c, as LONG1 stores it.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  static func read(_ source: ByteSource, file: String?) throws(CheckpointError)
    -> CheckpointContents
  {
    var input = PickleInput(source, range: 0..<source.byteCount)
    var arena = PickleArena()
    func next() throws(CheckpointError) -> PickleValue {
      var machine = PickleMachine(input, arena: arena)
      let (value, rest) = try machine.run()
      input = rest
      arena = machine.arena
      return value
    }
    guard try next() == .data(magic) else {
      throw CheckpointError(
        .malformed(
          "this is a pickle, but not one of PyTorch's; load it in Python and use torch.save"),
        offset: 0)
    }
    guard try next() == .int(1001) else {
      throw CheckpointError(.unsupported("this version of PyTorch's stream"), offset: input.offset)
    }
    let system = try next()
    if arena.entry("little_endian", of: system) == .bool(false) {
      throw CheckpointError(.unsupported("a big-endian checkpoint"), offset: input.offset)
    }
    let root = try next()
    let keys = try next()
    let state = try StateDictionary(root: root, arena: arena)
    let ranges = try storageRanges(keys: keys, arena: arena, from: input.offset, in: source)

    var contents = CheckpointContents()
    contents.outerKeys = state.outerKeys
    for (name, tensor) in state.tensors {
      guard let range = ranges[tensor.storage.key] else {
        throw CheckpointError(
          .malformed("the stream lacks its storage '\(tensor.storage.key)'"),
          offset: tensor.position, tensor: name)
      }
      contents.tensors.append(try tensor.located(in: range, name: name, source: source, file: file))
    }
    return contents
  }

  /// The storages follow the pickles in the order of the list of keys, each behind its element
  /// count in 64 bits; the size of an element only the pickle knows.
  private static func storageRanges(
    keys: PickleValue, arena: PickleArena, from start: Int, in source: ByteSource
  ) throws(CheckpointError) -> [String: Range<Int>] {
    guard case .list(let index) = keys else {
      throw CheckpointError(.malformed("the list of storages is missing"), offset: start)
    }
    var widths: [String: Int] = [:]
    for storage in arena.storages { widths[storage.key] = storage.elementType?.byteCount }
    var ranges: [String: Range<Int>] = [:]
    var offset = start
    for key in arena.sequences[index] {
      guard case .string(let name) = key, let width = widths[name], ranges[name] == nil else {
        throw CheckpointError(
          .malformed("a storage of unknown kind or named twice: the rest cannot be found"),
          offset: start)
      }
      let count = try source.read(at: offset, count: 8).reversed().reduce(UInt64(0)) {
        $0 << 8 | UInt64($1)
      }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: UInt64(width))
      let available = source.byteCount - offset - 8
      guard !overflow, bytes <= UInt64(available) else {
        throw CheckpointError(
          .truncated(needed: overflow ? .max : Int(clamping: bytes), available: available),
          offset: offset + 8)
      }
      ranges[name] = offset + 8..<offset + 8 + Int(bytes)
      offset += 8 + Int(bytes)
    }
    return ranges
  }
}
