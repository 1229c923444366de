/// What a file is, judged by its first bytes; names say nothing (`.ckpt`, `.pt` and `.pkl` each hold
/// several containers).
public enum FileKind: String, Hashable, Sendable {
  case safetensors
  /// A PyTorch archive (PyTorch 1.6 and later).
  case torchZip
  /// A PyTorch stream of pickles and raw storages (before PyTorch 1.6).
  case torchLegacy
  case empty
  case gitLFSPointer
  case webPage
  case json
  case text
  case tar
  case gzip
  case zstandard
  case hdf5
  case gguf
  case numpy
  case picture
  case unknown

  /// Recognises a file by its first bytes.
  ///
  /// - Parameters:
  ///   - head: The first 512 bytes, or all when there are fewer.
  ///   - byteCount: The size of the whole file.
  public init(head: [UInt8], byteCount: Int) {
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      head.dropFirst(offset).starts(with: text.utf8)
    }
    if byteCount == 0 {
      self = .empty
    } else if head.starts(with: [0x50, 0x4B, 3, 4]) {
      self = .torchZip
    } else if head.count >= 2, head[0] == 0x80, (2...5).contains(head[1]) {
      self = .torchLegacy
    } else if begins("version https://git-lfs") {
      self = .gitLFSPointer
    } else if head.starts(with: [0x1F, 0x8B]) {
      self = .gzip
    } else if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) {
      self = .zstandard
    } else if head.starts(with: [0x89, 0x48, 0x44, 0x46]) {
      self = .hdf5
    } else if begins("GGUF") {
      self = .gguf
    } else if head.starts(with: [0x93, 0x4E, 0x55, 0x4D]) {
      self = .numpy
    } else if head.starts(with: [0x89, 0x50, 0x4E, 0x47]) || head.starts(with: [0xFF, 0xD8, 0xFF])
      || begins("RIFF")
    {
      self = .picture
    } else if begins("ustar", at: 257) {
      self = .tar
    } else if head.count >= 9, head[8] == UInt8(ascii: "{"), head[6] == 0, head[7] == 0 {
      self = .safetensors
    } else {
      self = FileKind(text: head)
    }
  }

  private init(text head: [UInt8]) {
    let start = head.drop { [0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
    let printable = head.allSatisfy { $0 >= 0x20 || (0x09...0x0D).contains($0) }
    if !printable {
      self = .unknown
    } else if start.first == UInt8(ascii: "<") {
      self = .webPage
    } else if start.first == UInt8(ascii: "{") {
      self = .json
    } else {
      self = .text
    }
  }

  var sentence: String {
    let wanted = "expected a safetensors file or a PyTorch checkpoint"
    return switch self {
    case .safetensors: "a safetensors file"
    case .torchZip: "a PyTorch archive"
    case .torchLegacy: "a PyTorch stream"
    case .empty: "the file is empty; \(wanted)"
    case .gitLFSPointer:
      "this is a Git-LFS pointer, not the weights it points to; run 'git lfs pull'"
    case .webPage:
      "this is a web page saved under the checkpoint's name, not the checkpoint; download again"
    case .json: "this is a JSON document (perhaps an error message from a server); \(wanted)"
    case .text: "this is a text file; \(wanted)"
    case .tar: "this is a tar archive; unpack it, or convert a PyTorch 0.1 file with torch.save"
    case .gzip: "this is a gzip file; unpack it first"
    case .zstandard: "this is a zstd file; unpack it first"
    case .hdf5: "this is an HDF5 file (Keras?); \(wanted)"
    case .gguf: "this is a GGUF file; \(wanted)"
    case .numpy: "this is a NumPy array; \(wanted)"
    case .picture: "this is a picture; \(wanted)"
    case .unknown: "the first bytes belong to no known checkpoint format; \(wanted)"
    }
  }
}
