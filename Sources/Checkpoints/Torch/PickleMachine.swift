/// A pickle interpreter that can build values and do nothing else.
///
/// Names are never resolved: GLOBAL makes a ``PickleGlobal``, and the few that PyTorch's tensors
/// need are recognised by comparison (``TorchConstructor``). Everything else that a pickle wants
/// called or instantiated becomes an inert ``PickleObject``. Time and memory are bounded by the
/// number of instructions, and that by the limits below.
struct PickleMachine {
  /// A longer pickle is refused. The pickles of real checkpoints stay below 2 MB; their numbers are
  /// stored elsewhere.
  static let byteLimit = 64 << 20
  /// More instructions are refused: about fifty belong to one tensor.
  static let instructionLimit = 4_000_000
  /// A longer module or class name is refused.
  static let nameLimit = 4096

  private(set) var arena = PickleArena()
  private var input: PickleInput
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private var opcode = PickleOpcode.proto
  private var start: Int

  /// - Parameters:
  ///   - input: Stands at the first byte of a pickle.
  ///   - arena: The values of earlier pickles of the same file.
  init(_ input: PickleInput, arena: PickleArena = PickleArena()) {
    self.input = input
    self.arena = arena
    start = input.offset
  }

  /// Runs to STOP.
  ///
  /// - Returns: The pickle's value, and the input behind the pickle.
  mutating func run() throws(CheckpointError) -> (value: PickleValue, rest: PickleInput) {
    let first = input.offset
    for _ in 0..<Self.instructionLimit {
      start = input.offset
      guard start - first < Self.byteLimit else {
        throw CheckpointError(
          .limitExceeded("the pickle's length", value: start - first, limit: Self.byteLimit),
          offset: start)
      }
      let byte = try input.byte()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw CheckpointError(
          .malformed("0x\(String(byte, radix: 16)) is no pickle instruction"), offset: start)
      }
      self.opcode = opcode
      if opcode == .stop { return (try pop(), input) }
      try step()
    }
    throw CheckpointError(
      .limitExceeded(
        "the number of pickle instructions", value: Self.instructionLimit + 1,
        limit: Self.instructionLimit), offset: start)
  }

  private mutating func step() throws(CheckpointError) {
    switch opcode {
    case .proto:
      let version = try input.byte()
      guard version <= 5 else { throw fail("protocol \(version) is unknown") }
    case .frame: _ = try input.bytes(8)
    case .mark: marks.append(stack.count)
    case .pop:
      // Python lets POP remove a mark as well.
      if marks.last == stack.count { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup:
      let value = try top()
      stack.append(value)
    case .none, .newtrue, .newfalse, .binint, .binint1, .binint2, .long1, .long4, .binfloat,
      .shortBinstring, .binstring, .binunicode, .shortBinunicode, .binunicode8, .binbytes,
      .shortBinbytes, .binbytes8, .bytearray8:
      stack.append(try scalar())
    case .emptyTuple: push(sequence: [], as: PickleValue.tuple)
    case .tuple: push(sequence: try popToMark(), as: PickleValue.tuple)
    case .tuple1: push(sequence: try pop(1), as: PickleValue.tuple)
    case .tuple2: push(sequence: try pop(2), as: PickleValue.tuple)
    case .tuple3: push(sequence: try pop(3), as: PickleValue.tuple)
    case .emptyList, .emptySet: push(sequence: [], as: PickleValue.list)
    case .list, .frozenset: push(sequence: try popToMark(), as: PickleValue.list)
    case .append: try append(try pop(1))
    case .appends, .additems: try append(try popToMark())
    case .emptyDict: pushDictionary([])
    case .dict: pushDictionary(try pairs(try popToMark()))
    case .setitem: try setItems(try pop(2))
    case .setitems: try setItems(try popToMark())
    case .global:
      let module = try name(try input.line(limit: Self.nameLimit))
      push(global: module, try name(try input.line(limit: Self.nameLimit)))
    case .stackGlobal:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw fail("needs two strings")
      }
      push(global: module, name)
    case .reduce, .newobj: try construct(try pop(2))
    case .newobjEx: try construct(Array(try pop(3).prefix(2)))
    case .build: try build(try pop())
    case .binput: memo[Int(try input.byte())] = try top()
    case .longBinput: memo[Int(try input.unsigned(4))] = try top()
    case .memoize: memo[memo.count] = try top()
    case .binget: try recall(Int(try input.byte()))
    case .longBinget: try recall(Int(try input.unsigned(4)))
    case .binpersid: stack.append(try TorchConstructor.persistent(try pop(), &arena, at: site))
    case .stop: break
    case .persid, .int, .long, .float, .string, .unicode, .put, .get, .inst, .obj, .ext1, .ext2,
      .ext4, .nextBuffer, .readonlyBuffer:
      throw fail("no PyTorch file holds it")
    }
  }

  // MARK: Scalars

  private mutating func scalar() throws(CheckpointError) -> PickleValue {
    switch opcode {
    case .newtrue: .bool(true)
    case .newfalse: .bool(false)
    case .binint: .int(Int(Int32(truncatingIfNeeded: try input.unsigned(4))))
    case .binint1: .int(Int(try input.byte()))
    case .binint2: .int(Int(try input.unsigned(2)))
    case .long1: try wholeNumber(Int(try input.byte()))
    case .long4: try wholeNumber(try length(4))
    case .binfloat:
      .float(Double(bitPattern: try input.bytes(8).reduce(0) { $0 << 8 | UInt64($1) }))
    case .shortBinstring: try latinText(Int(try input.byte()))
    case .binstring: try latinText(try length(4))
    case .binunicode: try text(try length(4))
    case .shortBinunicode: try text(Int(try input.byte()))
    case .binunicode8: try text(try length(8))
    case .binbytes: .data(Array(try input.bytes(try length(4))))
    case .shortBinbytes: .data(Array(try input.bytes(Int(try input.byte()))))
    case .binbytes8, .bytearray8: .data(Array(try input.bytes(try length(8))))
    default: .none
    }
  }

  private mutating func length(_ width: Int) throws(CheckpointError) -> Int {
    let value = try input.unsigned(width)
    guard value <= UInt64(Self.byteLimit) else {
      throw CheckpointError(
        .limitExceeded(
          "the length of \(opcode.name)", value: Int(clamping: value), limit: Self.byteLimit),
        offset: start)
    }
    return Int(value)
  }

  private mutating func wholeNumber(_ count: Int) throws(CheckpointError) -> PickleValue {
    let bytes = Array(try input.bytes(count))
    guard bytes.count <= 8 else { return .data(bytes) }
    let negative = bytes.last.map { $0 >= 0x80 } ?? false
    return .int(bytes.reversed().reduce(negative ? -1 : 0) { $0 << 8 | Int($1) })
  }

  private mutating func text(_ count: Int) throws(CheckpointError) -> PickleValue {
    .string(try name(Array(try input.bytes(count))))
  }

  /// A byte string of Python 2; PyTorch reads it as Latin-1 or UTF-8, and names are ASCII.
  private mutating func latinText(_ count: Int) throws(CheckpointError) -> PickleValue {
    var text = ""
    for byte in try input.bytes(count) { text.unicodeScalars.append(Unicode.Scalar(byte)) }
    return .string(text)
  }

  private func name(_ bytes: [UInt8]) throws(CheckpointError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw fail("its text is not UTF-8")
    }
    return text
  }

  // MARK: Stack

  private var floor: Int { marks.last ?? 0 }

  private func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > floor, let value = stack.last else { throw fail("the stack is empty") }
    return value
  }

  private mutating func pop() throws(CheckpointError) -> PickleValue { try pop(1)[0] }

  private mutating func pop(_ count: Int) throws(CheckpointError) -> [PickleValue] {
    guard stack.count - floor >= count else {
      throw fail("needs \(count) values, the stack holds \(stack.count - floor)")
    }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fail("there is no mark") }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func recall(_ index: Int) throws(CheckpointError) {
    guard let value = memo[index] else { throw fail("nothing was stored under \(index)") }
    stack.append(value)
  }

  // MARK: Compound values

  private mutating func push(sequence: [PickleValue], as make: (Int) -> PickleValue) {
    arena.sequences.append(sequence)
    stack.append(make(arena.sequences.count - 1))
  }

  private mutating func pushDictionary(_ pairs: [(key: PickleValue, value: PickleValue)]) {
    arena.dictionaries.append(pairs)
    stack.append(.dictionary(arena.dictionaries.count - 1))
  }

  private mutating func push(global module: String, _ name: String) {
    arena.globals.append(PickleGlobal(module: module, name: name))
    stack.append(.global(arena.globals.count - 1))
  }

  private mutating func append(_ values: [PickleValue]) throws(CheckpointError) {
    switch try top() {
    case .list(let index): arena.sequences[index].append(contentsOf: values)
    case .object: break
    default: throw fail("there is no list to append to")
    }
  }

  private mutating func setItems(_ values: [PickleValue]) throws(CheckpointError) {
    switch try top() {
    case .dictionary(let index): arena.dictionaries[index].append(contentsOf: try pairs(values))
    case .object: _ = try pairs(values)
    default: throw fail("there is no dictionary to put items into")
    }
  }

  private func pairs(
    _ values: [PickleValue]
  ) throws(CheckpointError) -> [(key: PickleValue, value: PickleValue)] {
    guard values.count.isMultiple(of: 2) else { throw fail("a key without a value") }
    return stride(from: 0, to: values.count, by: 2).map { (values[$0], values[$0 + 1]) }
  }

  /// "Calls" a global with a tuple of arguments: recognised constructors make their value, all
  /// others an inert object.
  private mutating func construct(_ call: [PickleValue]) throws(CheckpointError) {
    guard case .tuple(let arguments) = call[1] else { throw fail("needs a tuple of arguments") }
    if case .global(let index) = call[0],
      let value = try TorchConstructor.value(
        of: arena.globals[index], arguments: arena.sequences[arguments], &arena, at: site)
    {
      stack.append(value)
      return
    }
    switch call[0] {
    case .global, .object: break
    default: throw fail("what is called is no class or function")
    }
    arena.objects.append(PickleObject(type: call[0]))
    stack.append(.object(arena.objects.count - 1))
  }

  /// Gives an object its attributes. Dictionaries and tensors keep what they have: PyTorch adds
  /// only `_metadata` and hooks.
  private mutating func build(_ state: PickleValue) throws(CheckpointError) {
    if case .object(let index) = try top() { arena.objects[index].state = state }
  }

  private var site: PickleSite { PickleSite(opcode: opcode, offset: start) }

  private func fail(_ text: String) -> CheckpointError { site.error(text) }
}

/// The instruction being carried out, for messages.
struct PickleSite {
  let opcode: PickleOpcode
  /// Where it stands in the file.
  let offset: Int

  func error(_ text: String) -> CheckpointError {
    CheckpointError(.pickle(opcode: opcode.name, text), offset: offset)
  }
}
