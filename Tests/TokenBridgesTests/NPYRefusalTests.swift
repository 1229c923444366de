import Testing
import TokenBridges

/// Arrays that no import may take, and those in unusual spellings that it must.
@Suite struct NPYRefusalTests {
  private func name(_ reason: BridgeError.Reason) -> String {
    String("\(reason)".prefix { $0 != "(" })
  }

  private static let shape = "'fortran_order': False, 'shape': (2,), }"

  /// What is refused, and the name of the reason.
  static let refused: [(String, [UInt8], String)] = [
    ("empty", [], "notNPY"),
    ("text", Array("just some text".utf8), "notNPY"),
    ("npz", Array("PK\u{3}\u{4} and more bytes".utf8), "notNPY"),
    ("magic alone", [0x93] + Array("NUMPY".utf8), "invalidNPYHeader"),
    ("version 4", Samples.npy("{'descr': '<i8', \(shape)", version: 4), "invalidNPYHeader"),
    ("cut header", Array(Samples.npy("{'descr': '<i8', \(shape)").prefix(30)), "invalidNPYHeader"),
    (
      "huge header", [0x93] + Array("NUMPY".utf8) + [2, 0, 255, 255, 255, 255, 1],
      "invalidNPYHeader"
    ),
    ("object", Samples.npy("{'descr': '|O', \(shape)", [0x80, 4, 0x95]), "unsupportedElements"),
    ("float", Samples.npy("{'descr': '<f4', \(shape)"), "unsupportedElements"),
    ("big-endian", Samples.npy("{'descr': '>i4', \(shape)"), "unsupportedElements"),
    ("bool", Samples.npy("{'descr': '|b1', \(shape)"), "unsupportedElements"),
    ("structure", Samples.npy("{'descr': [('a', '<i4')], \(shape)"), "unsupportedElements"),
    (
      "Fortran", Samples.npy("{'descr': '<i8', 'fortran_order': True, 'shape': (2, 2), }"),
      "fortranOrder"
    ),
    (
      "huge shape",
      Samples.npy(
        "{'descr': '<i8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"),
      "unsuitableShape"
    ),
    (
      "large shape",
      Samples.npy("{'descr': '<i8', 'fortran_order': False, 'shape': (1099511627776,), }"),
      "sizeMismatch"
    ),
    (
      "negative shape", Samples.npy("{'descr': '<i8', 'fortran_order': False, 'shape': (-1,), }"),
      "invalidNPYHeader"
    ),
    (
      "too large a number",
      Samples.npy("{'descr': '<i8', 'fortran_order': False, 'shape': (99999999999999999999,), }"),
      "invalidNPYHeader"
    ),
    (
      "truncated", Samples.npy("{'descr': '<i8', \(shape)", [UInt8](repeating: 0, count: 15)),
      "sizeMismatch"
    ),
    (
      "too long", Samples.npy("{'descr': '<i8', \(shape)", [UInt8](repeating: 0, count: 17)),
      "sizeMismatch"
    ),
    ("no shape", Samples.npy("{'descr': '<i8', 'fortran_order': False}"), "invalidNPYHeader"),
    ("two shapes", Samples.npy("{'shape': (1,), 'descr': '<i8', \(shape)"), "invalidNPYHeader"),
    ("a call", Samples.npy("__import__('os').system('true')"), "invalidNPYHeader"),
    ("another key", Samples.npy("{'x': 1, 'descr': '<i8', \(shape)"), "invalidNPYHeader"),
    ("text behind", Samples.npy("{'descr': '<i8', \(shape) + 1"), "invalidNPYHeader"),
  ]

  @Test(arguments: refused.map(\.0))
  func refusedArraysGiveTheirReason(name: String) throws {
    let (_, bytes, reason) = Self.refused.first { $0.0 == name }!
    let place = try Place()
    try place.write(bytes, to: "a.npy")
    let error = #expect(throws: BridgeError.self) { try NPYArray(contentsOf: place.path("a.npy")) }
    #expect(error.map { self.name($0.reason) } == reason)
    #expect(error?.path == place.path("a.npy"))
    #expect(error?.description.contains("\n") == false)
  }

  @Test func everyTruncationIsRefused() throws {
    let place = try Place()
    let whole = Samples.npy([1, 2, 3, 4], shape: [2, 2])
    for count in 0..<whole.count {
      try place.write(whole.prefix(count), to: "a.npy")
      #expect(throws: BridgeError.self) { try NPYArray(contentsOf: place.path("a.npy")) }
    }
  }

  @Test func everyTypeIsRead() throws {
    let place = try Place()
    let shape = "'fortran_order': False, 'shape': (2,), }"
    let cases: [(String, [UInt8], [Int64])] = [
      ("|u1", [1, 255], [1, 255]), ("<i1", [1, 255], [1, -1]),
      ("<u2", [1, 0, 255, 255], [1, 65_535]),
      ("<i2", [1, 0, 255, 255], [1, -1]),
      ("<u4", [1, 0, 0, 0, 255, 255, 255, 255], [1, 4_294_967_295]),
      ("<i4", [1, 0, 0, 0, 255, 255, 255, 255], [1, -1]),
      (
        "<u8", [UInt8](repeating: 255, count: 8) + [2, 0, 0, 0, 0, 0, 0, 0], [.max, 2]
      ),
      ("<i8", [UInt8](repeating: 255, count: 8) + [2, 0, 0, 0, 0, 0, 0, 0], [-1, 2]),
    ]
    for version: UInt8 in 1...3 {
      for (type, bytes, values) in cases {
        try place.write(
          Samples.npy("{\"descr\":'\(type)',\(shape)", bytes, version: version), to: "a.npy")
        let array = try NPYArray(contentsOf: place.path("a.npy"))
        #expect(array.header.shape == [2])
        #expect(try array.integers(0..<2) == values, "\(type)")
      }
    }
  }
}
