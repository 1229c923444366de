/// What one pass over the names of an archive tells.
///
/// It costs some bytes per sample, and the captions only of samples whose members do not stand
/// beside each other.
struct ArchiveIndex: Sendable {
  /// Pictures and members that are known to be lost.
  private(set) var count = 0
  /// Members passed over, by extension.
  private(set) var ignored: [String: Int] = [:]
  /// Samples with a caption and no picture.
  private(set) var captionsWithoutPicture = 0
  /// Pictures whose whole name occurred before.
  private(set) var duplicates: [String] = []
  /// Samples with several pictures: each keeps its suffix in its key.
  private var several: Set<Int> = []
  /// Samples whose members stand apart, with the captions that were gathered for them.
  private var apart: [Int: GatheredCaptions] = [:]

  private struct Seen {
    var pictures = 0
    var hasCaption = false
  }

  /// Reads all names; an archive that breaks off is indexed as far as it goes.
  init(path: String) throws(ArchiveReader.Failure) {
    let reader = try ArchiveReader(path: path)
    var seen: [Int: Seen] = [:]
    var names: Set<Int> = []
    var present: Int?
    do throws(ArchiveReader.Failure) {
      while let member = try reader.next() {
        guard member.isFile else { continue }
        guard member.isUTF8 else {
          count += 1
          continue
        }
        guard let name = MemberName(member.name) else { continue }
        let key = name.key.hashValue
        if key != present, seen[key] != nil { apart[key] = GatheredCaptions() }
        present = key
        switch name.kind {
        case .other(let type): ignored[type, default: 0] += 1
        case .text, .metadata: seen[key, default: Seen()].hasCaption = true
        case .picture:
          count += 1
          seen[key, default: Seen()].pictures += 1
          if !names.insert(member.name.hashValue).inserted { duplicates.append(member.name) }
        }
      }
    } catch {
      guard error.system == nil else { throw error }
      // The break itself will be a reject.
      count += 1
    }
    several = Set(seen.filter { $0.value.pictures > 1 }.keys)
    captionsWithoutPicture = seen.values.count { $0.pictures == 0 && $0.hasCaption }
    if !apart.isEmpty { try gather(path) }
  }

  /// Whether the pictures of a sample need their suffixes to be told apart.
  func hasSeveralPictures(_ key: String) -> Bool { several.contains(key.hashValue) }

  /// The captions of a sample whose members stand apart; nil for any other.
  func gatheredCaptions(of key: String) -> GatheredCaptions? { apart[key.hashValue] }

  /// Reads the captions of the samples whose members stand apart.
  private mutating func gather(_ path: String) throws(ArchiveReader.Failure) {
    let reader = try ArchiveReader(path: path)
    do throws(ArchiveReader.Failure) {
      while let member = try reader.next() {
        guard let name = MemberName(member.name), member.isFile, member.isUTF8 else { continue }
        let key = name.key.hashValue
        guard apart[key] != nil, name.kind == .text || name.kind == .metadata else { continue }
        try apart[key]?.add(name.kind, member, from: reader)
      }
    } catch {
      if error.system != nil { throw error }
    }
  }
}

/// The captions of one sample as they are found, from its text or else its metadata.
struct GatheredCaptions: Sendable {
  private var texts: CaptionText?
  private var metadata: CaptionText?

  /// What was found; a text goes before metadata, in which it is most often repeated.
  var captions: CaptionText { texts ?? metadata ?? CaptionText(captions: []) }

  mutating func add(
    _ kind: MemberName.Kind, _ member: ArchiveReader.Member, from reader: ArchiveReader
  ) throws(ArchiveReader.Failure) {
    let bytes: [UInt8]
    do throws(ArchiveReader.Failure) {
      guard let found = try reader.bytes(of: member, limit: ReadLimits().captionBytes) else {
        return
      }
      bytes = found
    } catch {
      if error.isMemberOnly { return }
      throw error
    }
    switch kind {
    case .text:
      let found = CaptionText(bytes: bytes)
      texts = texts.map { $0 + found } ?? found
    case .metadata: metadata = CaptionText(metadata: bytes) ?? metadata
    default: break
    }
  }
}
