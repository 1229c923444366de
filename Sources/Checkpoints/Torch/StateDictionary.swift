/// Finds the named tensors in what a PyTorch file holds: a bare state dictionary, one inside a
/// trainer's dictionary, or a whole module.
struct StateDictionary {
  /// Where trainers put the state dictionary: Lightning and most others, DeepSpeed and
  /// SwissArmyTransformer, and some scripts.
  static let wrappers = ["state_dict", "module", "model"]
  /// Modules nested deeper are refused.
  static let depthLimit = 64
  /// More names are refused: a name may refer to a part that another already named, so a small
  /// pickle can spell out very many.
  static let nameLimit = 200_000

  private(set) var tensors: [(name: String, tensor: PickleTensor)] = []
  /// The keys beside the state dictionary.
  private(set) var outerKeys: [String] = []

  private let arena: PickleArena
  private var visits = 0

  init(root: PickleValue, arena: PickleArena) throws(CheckpointError) {
    self.arena = arena
    var dictionary = root
    for wrapper in Self.wrappers {
      guard let inner = arena.entry(wrapper, of: root) else { continue }
      switch inner {
      case .dictionary, .object:
        dictionary = inner
        outerKeys = keys(of: root)
      default: continue
      }
      break
    }
    try collect(dictionary, prefix: "", depth: 0)
  }

  private func keys(of value: PickleValue) -> [String] {
    guard case .dictionary(let index) = value else { return [] }
    return arena.dictionaries[index].compactMap {
      if case .string(let key) = $0.key { key } else { nil }
    }
  }

  private mutating func collect(
    _ value: PickleValue, prefix: String, depth: Int
  ) throws(CheckpointError) {
    visits += 1
    guard depth <= Self.depthLimit, visits <= Self.nameLimit else {
      throw CheckpointError(
        .limitExceeded(
          depth > Self.depthLimit ? "the depth of nested modules" : "the number of names",
          value: max(depth, visits),
          limit: depth > Self.depthLimit ? Self.depthLimit : Self.nameLimit), tensor: prefix)
    }
    switch value {
    case .tensor(let index): tensors.append((prefix, arena.tensors[index]))
    case .dictionary(let index):
      for (key, item) in arena.dictionaries[index] {
        guard case .string(let name) = key else { continue }
        try collect(item, prefix: prefix.isEmpty ? name : "\(prefix).\(name)", depth: depth + 1)
      }
    case .object(let index):
      // A module keeps its own tensors and its parts in three dictionaries among its attributes.
      let state = arena.objects[index].state
      for part in ["_parameters", "_buffers", "_modules"] {
        if let items = arena.entry(part, of: state) {
          try collect(items, prefix: prefix, depth: depth + 1)
        }
      }
    default: break
    }
  }
}
