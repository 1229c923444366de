import Checkpoints
import Foundation
import TestSupport
import Testing

/// Honest PyTorch files: every form that tensors are stored in.
@Suite struct TorchCheckpointTests {
  static func file(zip64: Bool = false) -> [UInt8] {
    let storage = Pickle.storage("FloatStorage", "0", 6)
    let state = Pickle.dictionary([
      ("plain", Pickle.tensor(storage, shape: [2, 3], strides: [3, 1])),
      ("transposed", Pickle.tensor(storage, shape: [3, 2], strides: [1, 3])),
      ("row", Pickle.tensor(storage, offset: 3, shape: [3], strides: [1])),
      ("repeated", Pickle.tensor(storage, offset: 1, shape: [2, 2], strides: [0, 1])),
      ("scalar", Pickle.tensor(storage, offset: 5, shape: [], strides: [])),
      ("empty", Pickle.tensor(storage, shape: [0, 3], strides: [3, 1])),
      ("whole", Pickle.tensor(Pickle.storage("LongStorage", "1", 1), shape: [1], strides: [1])),
      ("half", Pickle.tensor(Pickle.storage("HalfStorage", "2", 2), shape: [2], strides: [1])),
    ])
    let outer = Pickle.dictionary([
      ("epoch", Pickle.int(3)), ("state_dict", state),
      (
        "optimizer_states",
        Pickle.tensor(Pickle.storage("FloatStorage", "none", 9), shape: [9], strides: [1])
      ),
    ])
    return TorchFile(
      pickle: Pickle.file(outer),
      entries: [
        ("data/0", floatBytes([0, 1, 2, 3, 4, 5])), ("data/1", little(-7, 8)),
        ("data/2", [0, 0x3C, 0, 0xC0]), ("version", Array("3\n".utf8)),
      ]
    ).zip(zip64: zip64)
  }

  @Test(arguments: [false, true])
  func stridesOffsetsAndSharedStorages(zip64: Bool) throws {
    let checkpoint = try Checkpoint(bytes: Self.file(zip64: zip64))
    #expect(checkpoint.container == .torchZip)
    #expect(checkpoint.outerKeys == ["epoch", "state_dict", "optimizer_states"])
    func floats(_ name: String) throws -> [Float] { try checkpoint.tensor(name).floats() }
    #expect(try floats("plain") == [0, 1, 2, 3, 4, 5])
    #expect(try floats("transposed") == [0, 3, 1, 4, 2, 5])
    #expect(try floats("row") == [3, 4, 5])
    #expect(try floats("repeated") == [1, 2, 1, 2])
    #expect(try floats("scalar") == [5])
    #expect(try floats("empty") == [])
    #expect(try floats("half") == [1, -2])
    #expect(try checkpoint.tensor("whole").integers() == [-7])
    #expect(throws: CheckpointError.self) { try checkpoint.tensor("half").integers() }
    #expect(throws: CheckpointError.self) { try checkpoint.tensor("epoch") }
  }

  @Test func theSameFileOnDiskAndInMemory() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let url = folder.appendingPathComponent("last.ckpt")
    try Data(Self.file()).write(to: url)
    let (disk, memory) = (try Checkpoint(contentsOf: url), try Checkpoint(bytes: Self.file()))
    #expect(disk.tensors.map(\.name) == memory.tensors.map(\.name))
    for tensor in disk.tensors {
      #expect(try tensor.floats() == memory.tensor(tensor.name).floats())
    }
  }

  /// Files that the original classes saved: the number of tensors below each prefix.
  @Test(arguments: [
    ("taming_f8_vq1/last.ckpt", Checkpoint.Container.torchLegacy, "encoder.", 84),
    ("taming_f16_vq2/last.ckpt", .torchZip, "quantize.", 1),
    ("dalle/encoder.pkl", .torchZip, "blocks.", 74),
    ("dalle/decoder.pkl", .torchZip, "blocks.", 76),
    ("icetk/ice_image.pt", .torchZip, "decs.", 224),
  ])
  func originalFiles(
    _ path: String, _ container: Checkpoint.Container, _ prefix: String, _ count: Int
  )
    throws
  {
    let checkpoint = try Checkpoint(contentsOf: Fixtures.url("codecs/\(path)"))
    #expect(checkpoint.container == container)
    #expect(checkpoint.tensors.filter { $0.name.hasPrefix(prefix) }.count == count)
  }
}
