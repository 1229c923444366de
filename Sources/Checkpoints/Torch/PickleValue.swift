/// One value of a pickle. Compound values are indices into a ``PickleArena``: whatever a hostile
/// pickle nests or ties into a knot, nothing recurses and nothing keeps anything else alive.
enum PickleValue: Hashable {
  case none
  case bool(Bool)
  case int(Int)
  /// A whole number beyond 64 bits, or bytes; kept only as something that may be compared.
  case data([UInt8])
  case float(Double)
  case string(String)
  case global(Int)
  case tuple(Int)
  case list(Int)
  case dictionary(Int)
  case object(Int)
  case storage(Int)
  case tensor(Int)
}

/// A name that a pickle asks to import. It is only ever compared, never looked up anywhere.
struct PickleGlobal: Hashable {
  let module: String
  let name: String
}

/// An instance of a class this reader does not know: inert, it merely remembers what it was given.
struct PickleObject {
  /// The class or function as the pickle names it.
  let type: PickleValue
  /// What BUILD handed over: for a module its attributes.
  var state: PickleValue = .none
}

/// A run of numbers in the file, named by a pickle but not yet found.
struct PickleStorage {
  let key: String
  /// Nil for kinds of numbers no codec uses (complex, quantised).
  let elementType: ElementType?
  /// Elements of the storage the key names.
  let rootCount: Int
  /// Where this storage begins in the one that the key names, in elements; 0 but for the views of
  /// old files.
  let viewOffset: Int
  let elementCount: Int
}

/// A tensor as a pickle describes it.
struct PickleTensor {
  let storage: PickleStorage
  let elementType: ElementType
  let offset: Int
  let shape: [Int]
  let strides: [Int]
  let elementCount: Int
  /// Where the instruction that made it stands.
  let position: Int
}

/// All compound values of a pickle.
struct PickleArena {
  var globals: [PickleGlobal] = []
  /// Tuples and lists.
  var sequences: [[PickleValue]] = []
  /// Dictionaries in the order of insertion, not yet searched for equal keys.
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []
  var objects: [PickleObject] = []
  var storages: [PickleStorage] = []
  var tensors: [PickleTensor] = []

  /// The value of a string key in a dictionary: the last one given, as Python keeps it.
  func entry(_ key: String, of value: PickleValue) -> PickleValue? {
    guard case .dictionary(let index) = value else { return nil }
    return dictionaries[index].last { $0.key == .string(key) }?.value
  }
}
