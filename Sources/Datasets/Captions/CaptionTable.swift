import Synchronization

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Captions of many pictures in one file, joined with the samples by path or name.
///
/// Read are: CSV and TSV with a header that names a path column (`path`, `file_name`, `filename`,
/// `image`, `key`, …) and a caption column (`caption`, `captions`, `text`, `title`); the same fields
/// as JSON lines; COCO captions JSON; and TSV without a header: Flickr's `name#k<TAB>caption`,
/// `path<TAB>caption`, and Conceptual Captions' `caption<TAB>url`, joined on the last component of
/// the address. A picture may have any number of captions; they keep the order of the file.
///
/// A row belongs to the picture whose key it names, with or without extension. Where no row names a
/// key, the one row counts that names the end of its path (`7.jpg` for `train/7`) or the whole of it
/// behind folders of its own (`/data/train/7.jpg`).
///
/// The whole table is held in memory: its text, and some 150 bytes per picture.
public final class CaptionTable: Sendable {
  /// Pictures that the table has captions for.
  public let pictureCount: Int
  /// Whether something other than white space had to be removed or replaced.
  public let isRepaired: Bool

  private let captions: [[String]]
  private let byPath: [String: Int]
  /// Pictures that share their last component.
  private let byName: [String: [Int]]
  private let paths: [String]
  private let used: Mutex<[Bool]>

  /// Reads a table.
  ///
  /// - Parameters:
  ///   - path: The file; what it is is told from its extension: `.csv`, `.tsv` or `.txt`, `.jsonl`
  ///     or `.ndjson`, `.json`.
  ///   - limit: The largest file that is read, 8 GiB by default.
  /// - Throws: When the file cannot be read, or holds no captions that are understood.
  public init(path: String, limit: Int = 8 << 30) throws(DatasetError) {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(path, limit: limit)
    } catch {
      throw DatasetError(path: path, reason: .system(error))
    }
    var rows: [CaptionRow]
    let decoded = CaptionText.decode(bytes)
    do {
      switch FileName(path).lowercasedExtension {
      case "csv": rows = try CaptionRows.delimited(decoded.text, by: ",", quoted: true)
      case "tsv", "txt", "tab":
        rows = try CaptionRows.delimited(decoded.text, by: "\t", quoted: false)
      case "jsonl", "ndjson": rows = try CaptionRows.jsonLines(decoded.text)
      case "json": rows = try CaptionRows.coco(decoded.text)
      default:
        throw CaptionRows.Malformed("a caption table ends in .csv, .tsv, .jsonl or .json (COCO)")
      }
    } catch {
      throw DatasetError(path: path, reason: .captions("\(error)"))
    }
    var captions: [[String]] = []
    var byPath: [String: Int] = [:]
    var byName: [String: [Int]] = [:]
    var paths: [String] = []
    for row in rows {
      let texts = row.captions.flatMap { CaptionText(bytes: Array($0.utf8)).captions }
      let key = Self.withoutExtension(row.path)
      if let number = byPath[key] {
        captions[number] += texts
        continue
      }
      let number = captions.count
      captions.append(texts)
      byPath[key] = number
      paths.append(key)
      byName[FileName.last(of: key), default: []].append(number)
    }
    guard !captions.isEmpty else {
      throw DatasetError(path: path, reason: .captions("no caption found"))
    }
    self.captions = captions
    self.byPath = byPath
    self.byName = byName
    self.paths = paths
    pictureCount = captions.count
    isRepaired = decoded.repaired || decoded.text.utf8.contains(0)
    used = Mutex([Bool](repeating: false, count: captions.count))
  }

  /// The captions of the sample with that key; none if the table does not have it.
  public func captions(forKey key: String) -> [String] {
    let path = Self.withoutExtension(key)
    guard let number = byPath[path] ?? unique(endOf: path) else { return [] }
    used.withLock { $0[number] = true }
    return captions[number]
  }

  /// The only picture of the table whose path ends as this one does, or the other way round.
  private func unique(endOf path: String) -> Int? {
    let alike = byName[FileName.last(of: path), default: []].filter {
      path.hasSuffix("/" + paths[$0]) || paths[$0].hasSuffix("/" + path)
    }
    return alike.count == 1 ? alike[0] : nil
  }

  /// Pictures of the table that no sample has asked for so far.
  public var unusedCount: Int { used.withLock { $0.count { !$0 } } }

  private static func withoutExtension(_ path: String) -> String {
    let path = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
    let name = FileName(path)
    return FileListing.pictureExtensions.contains(name.lowercasedExtension) ? name.stem : path
  }
}

/// The samples of another stream with the captions of a table.
struct CaptionedStream: SampleStream {
  var stream: any SampleStream
  let table: CaptionTable

  mutating func next() throws(DatasetError) -> SampleStreamElement? {
    guard let element = try stream.next() else { return nil }
    guard case .sample(let sample) = element else { return element }
    let captions = table.captions(forKey: sample.key)
    return .sample(
      Sample(
        key: sample.key, content: sample.content,
        captions: captions.isEmpty ? .absent : .texts(CaptionText(captions: captions))))
  }
}
