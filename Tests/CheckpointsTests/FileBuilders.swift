/// Builds PyTorch files byte by byte, honest and hostile ones alike.
struct TorchFile {
  /// The pickle; ``stateDictionary(_:)`` makes an honest one.
  var pickle: [UInt8]
  /// Entry name below the root, bytes.
  var entries: [(name: String, bytes: [UInt8])] = []
  var root = "archive"

  /// The archive with stored entries.
  ///
  /// - Parameter zip64: Writes sizes, offsets and counts in 64 bits, as writers do beyond 4 GB.
  func zip(zip64: Bool = false, method: UInt16 = 0) -> [UInt8] {
    var file: [UInt8] = []
    var directory: [UInt8] = []
    let all = [("data.pkl", pickle)] + entries
    for (name, bytes) in all {
      let path = Array("\(root)/\(name)".utf8)
      let offset = file.count
      file += little(0x0403_4B50, 4) + little(20, 2) + little(0, 2) + little(Int(method), 2)
      file += little(0, 4) + little(0, 4) + little(bytes.count, 4) + little(bytes.count, 4)
      file += little(path.count, 2) + little(0, 2) + path + bytes
      let extra =
        zip64
        ? little(1, 2) + little(24, 2) + little(bytes.count, 8) + little(bytes.count, 8)
          + little(offset, 8) : []
      let short = zip64 ? 0xFFFF_FFFF : bytes.count
      directory += little(0x0201_4B50, 4) + little(20, 2) + little(20, 2) + little(0, 2)
      directory += little(Int(method), 2) + little(0, 4) + little(0, 4) + little(short, 4)
      directory += little(short, 4) + little(path.count, 2) + little(extra.count, 2) + little(0, 2)
      directory += little(0, 2) + little(0, 2) + little(0, 4)
      directory += little(zip64 ? 0xFFFF_FFFF : offset, 4) + path + extra
    }
    let start = file.count
    file += directory
    if zip64 {
      let record = file.count
      file += little(0x0606_4B50, 4) + little(44, 8) + little(45, 2) + little(45, 2) + little(0, 4)
      file += little(0, 4) + little(all.count, 8) + little(all.count, 8)
      file += little(directory.count, 8) + little(start, 8)
      file += little(0x0706_4B50, 4) + little(0, 4) + little(record, 8) + little(1, 4)
    }
    file += little(0x0605_4B50, 4) + little(0, 4)
    file += little(zip64 ? 0xFFFF : all.count, 2) + little(zip64 ? 0xFFFF : all.count, 2)
    file += little(zip64 ? 0xFFFF_FFFF : directory.count, 4)
    file += little(zip64 ? 0xFFFF_FFFF : start, 4) + little(0, 2)
    return file
  }
}

func little(_ value: Int, _ width: Int) -> [UInt8] {
  (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}

/// Assembles pickles of protocol 2.
enum Pickle {
  static let proto: [UInt8] = [0x80, 2]
  static let stop: [UInt8] = [0x2E]

  static func string(_ text: String) -> [UInt8] { [0x58] + little(text.utf8.count, 4) + text.utf8 }
  static func global(_ module: String, _ name: String) -> [UInt8] {
    [0x63] + Array("\(module)\n\(name)\n".utf8)
  }
  static func int(_ value: Int) -> [UInt8] {
    value >= -0x8000_0000 && value < 0x8000_0000
      ? [0x4A] + little(value, 4) : [0x8A, 8] + little(value, 8)
  }
  static func tuple(_ items: [[UInt8]]) -> [UInt8] { [0x28] + items.flatMap { $0 } + [0x74] }
  static func dictionary(_ items: [(String, [UInt8])]) -> [UInt8] {
    [0x7D, 0x28] + items.flatMap { string($0.0) + $0.1 } + [0x75]
  }
  static func reduce(_ function: [UInt8], _ arguments: [[UInt8]]) -> [UInt8] {
    function + tuple(arguments) + [0x52]
  }
  static func storage(_ type: String, _ key: String, _ count: Int) -> [UInt8] {
    tuple([string("storage"), global("torch", type), string(key), string("cpu"), int(count)])
      + [0x51]
  }
  static func tensor(
    _ storage: [UInt8], offset: Int = 0, shape: [Int], strides: [Int]
  ) -> [UInt8] {
    reduce(
      global("torch._utils", "_rebuild_tensor_v2"),
      [
        storage, int(offset), tuple(shape.map(int)), tuple(strides.map(int)), [0x89],
        reduce(global("collections", "OrderedDict"), []),
      ])
  }
  static func file(_ value: [UInt8]) -> [UInt8] { proto + value + stop }
}

/// fp32 numbers as bytes.
func floatBytes(_ values: [Float]) -> [UInt8] { values.flatMap { little(Int($0.bitPattern), 4) } }

/// A safetensors file around a header.
func safetensors(_ header: String, data: [UInt8] = []) -> [UInt8] {
  little(header.utf8.count, 8) + Array(header.utf8) + data
}
