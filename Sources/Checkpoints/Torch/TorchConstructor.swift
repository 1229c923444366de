/// The few constructors whose calls mean something: those that make PyTorch's tensors, and
/// containers that are dictionaries by another name.
enum TorchConstructor {
  /// A tensor may have at most this many dimensions; PyTorch's own limit.
  static let rankLimit = 64

  /// The value of calling `function`; nil when it is unknown and must stay inert.
  static func value(
    of function: PickleGlobal, arguments: [PickleValue], _ arena: inout PickleArena,
    at site: PickleSite
  ) throws(CheckpointError) -> PickleValue? {
    switch (function.module, function.name) {
    case ("collections", "OrderedDict"), ("collections", "defaultdict"):
      return try dictionary(arguments, &arena, at: site)
    case ("torch", "Size"):
      guard case .some(.tuple(let index)) = arguments.first else { return nil }
      return .tuple(index)
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      guard let first = arguments.first else { throw site.error("a parameter without a tensor") }
      return first
    case ("torch._tensor", "_rebuild_from_type_v2"):
      guard arguments.count >= 3, case .global(let inner) = arguments[0],
        case .tuple(let innerArguments) = arguments[2], arena.globals[inner] != function
      else { return nil }
      return try value(
        of: arena.globals[inner], arguments: arena.sequences[innerArguments],
        &arena, at: site)
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      return try tensor(arguments, &arena, at: site)
    default: return nil
    }
  }

  /// What a persistent id stands for: a storage, or, in old files, a module's class.
  static func persistent(
    _ id: PickleValue, _ arena: inout PickleArena, at site: PickleSite
  ) throws(CheckpointError) -> PickleValue {
    guard case .tuple(let index) = id, arena.sequences[index].count >= 2 else {
      throw site.error("a persistent id must be a tuple")
    }
    let parts = arena.sequences[index]
    if parts[0] == .string("module") { return parts[1] }
    guard parts[0] == .string("storage"), parts.count >= 5, case .global(let type) = parts[1],
      case .string(let key) = parts[2], case .int(let count) = parts[4]
    else { throw site.error("this persistent id names no storage") }
    guard count >= 0 else { throw site.error("a storage of \(count) elements") }
    var view = (offset: 0, count: count)
    if parts.count >= 6, case .tuple(let metadata) = parts[5] {
      let numbers = arena.sequences[metadata]
      guard numbers.count == 3, case .int(let offset) = numbers[1],
        case .int(let size) = numbers[2],
        offset >= 0, size >= 0, offset <= count, size <= count - offset
      else { throw site.error("a storage's view lies outside its storage of \(count) elements") }
      view = (offset, size)
    }
    arena.storages.append(
      PickleStorage(
        key: key, elementType: elementType(arena.globals[type]), rootCount: count,
        viewOffset: view.offset, elementCount: view.count))
    return .storage(arena.storages.count - 1)
  }

  private static func elementType(_ global: PickleGlobal) -> ElementType? {
    guard ["torch", "torch.cuda"].contains(global.module) else { return nil }
    return switch global.name {
    case "DoubleStorage": .float64
    case "FloatStorage": .float32
    case "HalfStorage": .float16
    case "BFloat16Storage": .bfloat16
    case "LongStorage": .int64
    case "IntStorage": .int32
    case "ShortStorage": .int16
    case "CharStorage": .int8
    case "ByteStorage": .uint8
    case "BoolStorage": .bool
    default: nil
    }
  }

  private static func dictionary(
    _ arguments: [PickleValue], _ arena: inout PickleArena, at site: PickleSite
  ) throws(CheckpointError) -> PickleValue {
    var pairs: [(key: PickleValue, value: PickleValue)] = []
    // Python 2 wrote an OrderedDict as a list of two-element lists.
    if let last = arguments.last, case .list(let index) = last {
      for item in arena.sequences[index] {
        switch item {
        case .list(let pair), .tuple(let pair):
          guard arena.sequences[pair].count == 2 else {
            throw site.error("an item that is no pair")
          }
          pairs.append((arena.sequences[pair][0], arena.sequences[pair][1]))
        default: throw site.error("an item that is no pair")
        }
      }
    }
    arena.dictionaries.append(pairs)
    return .dictionary(arena.dictionaries.count - 1)
  }

  /// `_rebuild_tensor_v2(storage, offset, size, stride, …)`, every number checked.
  private static func tensor(
    _ arguments: [PickleValue], _ arena: inout PickleArena, at site: PickleSite
  ) throws(CheckpointError) -> PickleValue? {
    guard arguments.count >= 4, case .storage(let index) = arguments[0],
      case .int(let offset) = arguments[1], let shape = extents(arguments[2], arena),
      let strides = extents(arguments[3], arena)
    else { throw site.error("a tensor needs a storage, an offset, a size and strides") }
    let storage = arena.storages[index]
    guard let elementType = storage.elementType else { return nil }
    guard shape.count == strides.count, shape.count <= rankLimit else {
      throw site.error("a tensor of \(shape.count) extents and \(strides.count) strides")
    }
    guard offset >= 0, (shape + strides).allSatisfy({ $0 >= 0 }) else {
      throw site.error(
        "negative numbers in a tensor: offset \(offset), size \(shape), strides \(strides)")
    }
    guard let extent = Extent(shape: shape, strides: strides) else {
      throw site.error("a tensor of size \(shape) with strides \(strides) is too large to count")
    }
    guard extent.elementCount == 0 || extent.span <= storage.elementCount - offset else {
      throw site.error(
        "a tensor of size \(shape) and strides \(strides) from element \(offset) reaches past its "
          + "storage of \(storage.elementCount) elements")
    }
    // An expanded tensor repeats its storage by a stride of 0. Honest ones are small; without a
    // limit four bytes could ask for all the memory there is.
    guard extent.elementCount <= max(storage.elementCount, 1 << 20) else {
      throw site.error(
        "a tensor of \(extent.elementCount) elements from a storage of \(storage.elementCount)")
    }
    arena.tensors.append(
      PickleTensor(
        storage: storage, elementType: elementType, offset: offset, shape: shape, strides: strides,
        elementCount: extent.elementCount, position: site.offset))
    return .tensor(arena.tensors.count - 1)
  }

  private static func extents(_ value: PickleValue, _ arena: PickleArena) -> [Int]? {
    let items: [PickleValue]
    switch value {
    case .tuple(let index), .list(let index): items = arena.sequences[index]
    default: return nil
    }
    var numbers: [Int] = []
    for item in items {
      guard case .int(let number) = item else { return nil }
      numbers.append(number)
    }
    return numbers
  }

  /// How many elements a strided tensor has, and how many its storage must have.
  private struct Extent {
    var elementCount = 1
    var span = 1

    /// Nil when a number does not fit 63 bits.
    init?(shape: [Int], strides: [Int]) {
      if shape.contains(0) {
        (elementCount, span) = (0, 0)
        return
      }
      for (extent, stride) in zip(shape, strides) {
        let (count, overflow) = elementCount.multipliedReportingOverflow(by: extent)
        let (reach, beyond) = (extent - 1).multipliedReportingOverflow(by: stride)
        let (sum, carry) = span.addingReportingOverflow(reach)
        if overflow || beyond || carry { return nil }
        (elementCount, span) = (count, sum)
      }
    }
  }
}
