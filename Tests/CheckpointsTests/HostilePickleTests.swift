import Checkpoints
import Foundation
import TestSupport
import Testing

/// Pickles that were made to do harm: each ends in a typed error or in nothing, within bounded time
/// and memory, and nothing is ever called.
@Suite struct HostilePickleTests {
  static let good = Pickle.tensor(
    Pickle.storage("FloatStorage", "0", 4), shape: [4], strides: [1])

  static func open(_ value: [UInt8], storage: Int = 16) throws -> Checkpoint {
    try Checkpoint(
      bytes: TorchFile(
        pickle: Pickle.file(value),
        entries: [("data/0", [UInt8](repeating: 0, count: storage))]
      ).zip())
  }

  @Test func commandsAreNeverRun() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let mark = folder.appendingPathComponent("mark").path
    let command = Pickle.string("touch \(mark)")
    for (module, name) in [
      ("os", "system"), ("posix", "system"), ("subprocess", "Popen"), ("builtins", "eval"),
      ("__builtin__", "exec"), ("torch", "load"), ("torch.storage", "_load_from_bytes"),
    ] {
      // The call's result is an inert object beside honest tensors.
      let checkpoint = try Self.open(
        Pickle.dictionary([
          ("bad", Pickle.reduce(Pickle.global(module, name), [command])), ("good", Self.good),
        ]))
      #expect(checkpoint.tensors.map(\.name) == ["good"])
      // A call whose result is all there is holds no tensors.
      let error = #expect(throws: CheckpointError.self) {
        try Self.open(Pickle.reduce(Pickle.global(module, name), [command]))
      }
      #expect(error?.reason == .noTensors)
    }
    #expect(!FileManager.default.fileExists(atPath: mark))
  }

  static let badTensors: [(String, [UInt8])] = [
    (
      "negative",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), offset: -1, shape: [1], strides: [1])
    ),
    ("negative", Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [2], strides: [-1])),
    ("negative", Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [-2], strides: [1])),
    (
      "reaches past",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [5], strides: [1])
    ),
    (
      "reaches past",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), offset: 4, shape: [1], strides: [1])
    ),
    (
      "reaches past",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [2, 2], strides: [3, 2])
    ),
    (
      "too large",
      Pickle.tensor(
        Pickle.storage("FloatStorage", "0", 4), shape: [1 << 40, 1 << 40], strides: [1, 1])
    ),
    (
      "too large",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [3], strides: [Int.max])
    ),
    (
      "elements from a storage",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [1 << 30], strides: [0])
    ),
    (
      "2 extents and 1 strides",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 4), shape: [1, 1], strides: [1])
    ),
    (
      "a storage of -4",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", -4), shape: [1], strides: [1])
    ),
    (
      "should be 32 but is 16",
      Pickle.tensor(Pickle.storage("FloatStorage", "0", 8), shape: [8], strides: [1])
    ),
    (
      "should be \(Int.max)",
      Pickle.tensor(Pickle.storage("DoubleStorage", "0", Int.max), shape: [1], strides: [1])
    ),
    (
      "lacks its storage '7'",
      Pickle.tensor(Pickle.storage("FloatStorage", "7", 4), shape: [1], strides: [1])
    ),
    (
      "needs a storage",
      Pickle.reduce(Pickle.global("torch._utils", "_rebuild_tensor_v2"), [[0x4E]])
    ),
    ("names no storage", Pickle.tuple([Pickle.string("storage"), Pickle.string("x")]) + [0x51]),
    ("must be a tuple", Pickle.int(3) + [0x51]),
  ]

  @Test(arguments: badTensors)
  func badTensorsAreRefused(_ bad: (String, [UInt8])) throws {
    let error = #expect(throws: CheckpointError.self) {
      try Self.open(Pickle.dictionary([("bad", bad.1), ("good", Self.good)]))
    }
    #expect(error?.description.contains(bad.0) == true, "\(error?.description ?? "no error")")
    #expect(error?.offset != nil)
  }

  static let badPickles: [(String, [UInt8])] = [
    ("0x0 is no pickle instruction", [0x80, 2, 0]), ("protocol 9", [0x80, 9, 0x2E]),
    ("stack is empty", [0x80, 2, 0x32]), ("needs 1 values", [0x80, 2, 0x2E]),
    ("there is no mark", [0x80, 2, 0x74]), ("stored under 5", [0x80, 2, 0x68, 5]),
    ("a key without a value", [0x80, 2, 0x7D, 0x28, 0x4E, 0x75]),
    ("no list", [0x80, 2, 0x4E, 0x4E, 0x61]), ("no dictionary", [0x80, 2, 0x4E, 0x4E, 0x4E, 0x73]),
    ("not UTF-8", [0x80, 2, 0x58, 1, 0, 0, 0, 0xFF]),
    ("ends too early", [0x80, 2, 0x58, 0xFF, 0, 0, 0]),
    ("limit of", [0x80, 2, 0x8E] + [UInt8](repeating: 0xFF, count: 8)),
    ("limit of", [0x80, 2, 0x54, 0xFF, 0xFF, 0xFF, 0xFF]),
    ("limit of", [0x80, 2, 0x63] + [UInt8](repeating: 0x61, count: 5000)),
    ("INST", [0x80, 2, 0x69]), ("EXT1", [0x80, 2, 0x82, 1]), ("PERSID", [0x80, 2, 0x50]),
    ("class or function", [0x80, 2, 0x4E, 0x29, 0x52]),
    ("tuple of arguments", [0x80, 2, 0x4E, 0x4E, 0x52]),
    ("two strings", [0x80, 2, 0x4E, 0x4E, 0x93]),
  ]

  @Test(arguments: badPickles)
  func badPicklesAreRefused(_ bad: (String, [UInt8])) throws {
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(bytes: TorchFile(pickle: bad.1).zip())
    }
    #expect(error?.description.contains(bad.0) == true, "\(error?.description ?? "no error")")
    #expect(error?.offset != nil)
  }

  /// A million lists in one another: nothing may recurse, neither building nor letting go.
  @Test(.timeLimit(.minutes(1))) func nestingIsHarmless() throws {
    let depth = 1_000_000
    let lists = [UInt8](repeating: 0x5D, count: depth) + [UInt8](repeating: 0x61, count: depth - 1)
    let tuples = [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: depth)
    for nest in [lists, tuples] {
      let error = #expect(throws: CheckpointError.self) { try Self.open(nest) }
      #expect(error?.reason == .noTensors)
    }
    // Dictionaries are walked, so their depth is limited.
    var dictionaries: [UInt8] = []
    for _ in 0..<1000 { dictionaries += [0x7D] + Pickle.string("a") }
    dictionaries += Self.good + [UInt8](repeating: 0x73, count: 1000)
    let error = #expect(throws: CheckpointError.self) { try Self.open(dictionaries) }
    #expect(error?.description.contains("depth") == true)
  }

  /// A dictionary that holds itself, and forty that each hold the one before twice.
  @Test(.timeLimit(.minutes(1))) func knotsAndBombsAreBounded() throws {
    let knot: [UInt8] = [0x7D, 0x71, 0] + Pickle.string("self") + [0x68, 0, 0x73]
    #expect(throws: CheckpointError.self) { try Self.open(knot) }
    var bomb = Pickle.dictionary([("t", Self.good)]) + [0x71, 0]
    for _ in 0..<40 {
      bomb += [0x30, 0x7D] + Pickle.string("a") + [0x68, 0, 0x73] + Pickle.string("b")
      bomb += [0x68, 0, 0x73, 0x71, 0]
    }
    let error = #expect(throws: CheckpointError.self) { try Self.open(bomb) }
    #expect(error?.description.contains("limit") == true, "\(error?.description ?? "")")
  }

  @Test(.timeLimit(.minutes(1))) func instructionsAreCounted() throws {
    let many = [UInt8](repeating: 0x4E, count: 4_100_000)
    let error = #expect(throws: CheckpointError.self) { try Self.open(many) }
    #expect(error?.description.contains("instructions") == true)
    // Remembered without end: the memo is as large as the pickle and no larger.
    let memo = [0x4E] + [UInt8](repeating: 0x94, count: 1_000_000)
    #expect(throws: CheckpointError.self) { try Self.open(memo) }
    // A far index takes no more room than a near one.
    #expect(throws: CheckpointError.self) { try Self.open([0x4E, 0x72, 0xFF, 0xFF, 0xFF, 0xFF]) }
  }

  @Test func equalNamesAreRefused() throws {
    let error = #expect(throws: CheckpointError.self) {
      try Self.open(Pickle.dictionary([("a", Self.good), ("a", Self.good)]))
    }
    #expect(error?.reason == .duplicateName)
    #expect(error?.tensor == "a")
  }

  /// Every cut and 4,000 changed bytes of honest files: an error or a checkpoint, never a trap, and
  /// never more memory than the file has bytes for.
  @Test(.timeLimit(.minutes(2)), arguments: ["taming_f8_vq1/last.ckpt", "dalle/encoder.pkl"])
  func damagedFilesNeverTrap(path: String) throws {
    let bytes = try Fixtures.bytes("codecs/\(path)")
    let pickleEnd = 40_000
    var random = SeededGenerator(seed: 5)
    for count in stride(from: 0, to: pickleEnd, by: 97) {
      #expect(throws: CheckpointError.self) { try Checkpoint(bytes: Array(bytes[..<count])) }
    }
    for _ in 0..<300 {
      var damaged = bytes
      // Where the structure lies: the pickles in front, the archive's directory behind.
      for _ in 0...Int(random.unit() * 3) {
        let front = random.unit() < 0.7
        let place = Int(random.unit() * Double(pickleEnd))
        damaged[front ? place : damaged.count - 1 - place] = UInt8(random.unit() * 256)
      }
      do throws(CheckpointError) {
        let checkpoint = try Checkpoint(bytes: damaged)
        for tensor in checkpoint.tensors.prefix(3) { _ = try? tensor.floats() }
      } catch {
        #expect(!error.description.contains("\n"))
      }
    }
  }

  @Test func archivesThatAreNoneAreRefused() throws {
    let honest = TorchFile(
      pickle: Pickle.file(Pickle.dictionary([("a", Self.good)])),
      entries: [("data/0", [UInt8](repeating: 0, count: 16))])
    var error = #expect(throws: CheckpointError.self) {
      try Checkpoint(bytes: honest.zip(method: 8))
    }
    #expect(error?.description.contains("compressed") == true)
    error = #expect(throws: CheckpointError.self) {
      try Checkpoint(bytes: Array(honest.zip().dropLast(30)))
    }
    #expect(error?.description.contains("half a download") == true)
    var script = honest
    script.entries.append(("constants.pkl", []))
    error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: script.zip()) }
    #expect(error?.description.contains("TorchScript") == true)
    var big = honest
    big.entries.append(("byteorder", Array("big".utf8)))
    error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: big.zip()) }
    #expect(error?.description.contains("big-endian") == true)
    var twice = honest
    twice.entries.append(("data/0", []))
    error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: twice.zip()) }
    #expect(error?.description.contains("two entries") == true)
    error = #expect(throws: CheckpointError.self) {
      try Checkpoint(bytes: Pickle.file(Pickle.dictionary([])))
    }
    #expect(error?.description.contains("not one of PyTorch's") == true)
  }
}
