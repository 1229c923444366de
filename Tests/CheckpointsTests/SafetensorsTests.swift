import Checkpoints
import TestSupport
import Testing

@Suite struct SafetensorsRoundTripTests {
  @Test(arguments: SafetensorsWriter.Precision.allCases)
  func writtenTensorsAreReadBack(precision: SafetensorsWriter.Precision) throws {
    var random = SeededGenerator(seed: 7)
    let shapes: [(name: String, shape: [Int])] = [
      ("z.weight", [3, 2]), ("a\"\\\n\u{1}ü", [5]), ("scalar", []), ("none", [0, 4]),
    ]
    let writer = SafetensorsWriter(
      tensors: shapes, metadata: ["k": "v\"\t", "a": ""], precision: precision)
    var file = writer.header()
    #expect(file.count % 8 == 0)
    var expected: [String: [Float]] = [:]
    for (name, shape) in writer.order {
      // Multiples of 1/64 below 16 are exact in half precision.
      let values = (0..<shape.reduce(1, *)).map { _ in Float(Int(random.unit() * 2048) - 1024) / 64
      }
      expected[name] = values
      file += try writer.encode(values, named: name)
    }
    let checkpoint = try Checkpoint(bytes: file)
    #expect(checkpoint.container == .safetensors)
    #expect(checkpoint.metadata == ["k": "v\"\t", "a": ""])
    #expect(checkpoint.tensors.count == shapes.count)
    for (name, shape) in shapes {
      let tensor = try checkpoint.tensor(name)
      #expect(tensor.shape == shape)
      #expect(try tensor.floats() == expected[name])
    }
  }

  @Test func everyHalfSurvivesWideningAndNarrowing() throws {
    let halves = (0..<0x10000).filter { $0 & 0x7C00 != 0x7C00 }
    let header =
      #"{"h":{"dtype":"F16","shape":[\#(halves.count)],"data_offsets":[0,\#(halves.count * 2)]}}"#
    let file = safetensors(header, data: halves.flatMap { little($0, 2) })
    let values = try Checkpoint(bytes: file).tensor("h").floats()
    for (half, value) in zip(halves, values) {
      #expect(value == Float(Float16(bitPattern: UInt16(half))))
    }
    let writer = SafetensorsWriter(tensors: [("h", [halves.count])], precision: .float16)
    #expect(try writer.encode(values, named: "h") == halves.flatMap { little($0, 2) })
  }

  @Test func narrowingRoundsToNearestEven() throws {
    var random = SeededGenerator(seed: 11)
    var values = (0..<20_000).map { _ in Float(random.normal() * 10) }
    values += (0..<20_000).map { _ in Float(random.normal() * 1e-5) }
    let writer = SafetensorsWriter(tensors: [("h", [values.count])], precision: .float16)
    let bytes = try writer.encode(values, named: "h")
    for (index, value) in values.enumerated() {
      let ours = UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
      #expect(ours == Float16(value).bitPattern)
    }
    #expect(throws: CheckpointError.self) { try writer.encode([70_000], named: "h") }
  }

  @Test func everyElementTypeIsRead() throws {
    let cases: [(String, [UInt8], Float)] = [
      ("F64", [0, 0, 0, 0, 0, 0, 0xF8, 0x3F], 1.5), ("F32", floatBytes([-2.25]), -2.25),
      ("BF16", [0xC0, 0x3F], 1.5), ("F16", [0, 0x3E], 1.5), ("I64", little(-3, 8), -3),
      ("I32", little(-3, 4), -3), ("I16", little(-3, 2), -3), ("I8", [0xFD], -3),
      ("U64", little(9, 8), 9), ("U32", little(0xFFFF_FF00, 4), 4_294_967_040),
      ("U16", little(65_535, 2), 65_535), ("U8", [200], 200), ("BOOL", [1], 1),
    ]
    for (type, bytes, value) in cases {
      let header = #"{"t":{"dtype":"\#(type)","shape":[1],"data_offsets":[0,\#(bytes.count)]}}"#
      let tensor = try Checkpoint(bytes: safetensors(header, data: bytes)).tensor("t")
      #expect(try tensor.floats() == [value], "\(type)")
      #expect(tensor.byteCount == bytes.count)
    }
  }
}

@Suite struct SafetensorsRefusalTests {
  static func entry(_ name: String, _ begin: Int, _ end: Int, shape: String = "[1]") -> String {
    #""\#(name)":{"dtype":"F32","shape":\#(shape),"data_offsets":[\#(begin),\#(end)]}"#
  }

  /// Header, bytes of data, what the message must say, byte at fault.
  static let refusals: [(String, Int, String, Int?)] = [
    ("{\(entry("a", 0, 4)),\(entry("a", 4, 8))}", 8, "second tensor", 62),
    ("{\(entry("a", 0, 4)),\(entry("b", 0, 4))}", 8, "overlap", nil),
    ("{\(entry("a", 0, 4)),\(entry("b", 8, 12))}", 12, "belong to none", nil),
    ("{\(entry("a", 0, 4))}", 8, "after the last tensor", nil),
    ("{\(entry("a", 0, 4))}", 3, "ends too early", 9),
    ("{\(entry("a", 4, 0))}", 4, "byte range", 9),
    ("{\(entry("a", 0, 8))}", 8, "should be 4 but is 8", 9),
    (
      "{\(entry("a", 0, 4, shape: "[4611686018427387904,4611686018427387904]"))}", 4, "byte range",
      9
    ),
    ("{\(entry("a", 0, 4, shape: "[99999999999999999999]"))}", 4, "63 bits", nil),
    ("{\(entry("a", 0, 4, shape: "[-1]"))}", 4, "unsigned", nil),
    (#"{"a":{"dtype":"F32","shape":[1]}}"#, 0, "needs dtype", 9),
    (#"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#, 1, "F8_E4M3", 9),
    (#"{"a":{"dtype":"F32","dtype":"F32"}}"#, 0, "unknown or twice", nil),
    (#"{"__metadata__":{"k":"a","k":"b"},\#(entry("a", 0, 4))}"#, 4, "twice", nil),
    (#"{"__metadata__":{"k":1}}"#, 0, "lacks a", nil),
    ("{", 0, "lacks a", nil), ("{}x", 0, "after the header", nil),
    ("{}", 0, "no named tensors", nil),
    (#"{"\ud800":{}}"#, 0, "pair", nil), (#"{"\q":{}}"#, 0, "escape", nil),
  ]

  @Test(arguments: refusals)
  func refused(_ refusal: (String, Int, String, Int?)) throws {
    let bytes = safetensors(refusal.0, data: [UInt8](repeating: 0, count: refusal.1))
    let error = #expect(throws: CheckpointError.self) { try Checkpoint(bytes: bytes) }
    #expect(error?.description.contains(refusal.2) == true, "\(error?.description ?? "")")
    if let offset = refusal.3 { #expect(error?.offset == offset) }
  }

  @Test func hugeHeaderIsRefusedBeforeItIsRead() throws {
    let error = #expect(throws: CheckpointError.self) {
      try Checkpoint(bytes: little(100_000_001, 8) + Array("{".utf8))
    }
    #expect(
      error?.reason
        == .limitExceeded("the header's length", value: 100_000_001, limit: 100_000_000))
  }

  @Test func everyTruncationIsRefused() throws {
    let whole = safetensors(
      "{\(Self.entry("a", 0, 4)),\(Self.entry("b", 4, 12, shape: "[2]"))}",
      data: floatBytes([1, 2, 3]))
    #expect(try Checkpoint(bytes: whole).tensor("b").floats() == [2, 3])
    for count in 0..<whole.count {
      #expect(throws: CheckpointError.self) { try Checkpoint(bytes: Array(whole[..<count])) }
    }
  }
}
