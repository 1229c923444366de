import ByteCoding
import Datasets
import Pipelines
import TokenFiles

/// Where results go, looked at before hours of work begin.
enum OutputPlace {
  static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// Refuses to replace what is at `path`.
  static func refuseExisting(_ path: String) throws {
    guard (try? FileSystem.status(of: path, followingLinks: false)) == nil else {
      throw CommandFailure(
        .failed, "\(path): exists already; choose another name or remove it first")
    }
  }

  /// Makes a folder that may exist already.
  static func makeFolder(_ path: String) throws {
    do {
      try FileSystem.makeFolder(path)
    } catch {
      throw CommandFailure(.failed, "\(path): cannot make this folder: \(error.explanation)")
    }
  }

  /// Makes the folder that a file is to lie in.
  static func makeFolder(above path: String) throws {
    guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return }
    try makeFolder(String(path[..<slash]))
  }

  /// Writes a file whole, in place of one that may be there.
  static func replace(_ path: String, with bytes: [UInt8]) throws {
    var file = try AtomicOutputFile(path: path, leftover: .replace)
    try file.write(bytes.span.bytes)
    try file.commit()
  }

  /// Writes a file where none is yet, or one with the same bytes.
  static func writeNew(_ path: String, _ bytes: [UInt8]) throws {
    do {
      try FileSystem.writeNew(path, bytes: bytes)
    } catch  where error.code == "exists" {
      guard (try? FileSystem.read(path, limit: bytes.count)) == bytes else {
        throw CommandFailure(.failed, "\(path): exists already; choose another folder")
      }
    } catch {
      throw CommandFailure(.failed, "\(path): cannot be written: \(error.explanation)")
    }
  }

  /// Bytes of a token file, finished or not.
  static func size(_ path: String) -> Int {
    for name in [path, path + ".partial"] {
      if let status = try? FileSystem.status(of: name) { return status.size }
    }
    return 0
  }

  /// The token file at `path` if it is finished and holds what a run would write.
  ///
  /// - Returns: Nil when there is no such file.
  /// - Throws: When something else is there: nothing finished is ever replaced.
  static func finishedFile(
    _ path: String, header: TokenFileHeader, inputs: ShardInputs
  ) throws -> TokenFile? {
    guard (try? FileSystem.status(of: path, followingLinks: false)) != nil else { return nil }
    let advice = "choose another name or remove it first"
    let file: TokenFile
    do {
      file = try TokenFile(contentsOf: path)
    } catch {
      throw CommandFailure(
        .failed, "\(path): exists and is no finished token file (\(error)); \(advice)")
    }
    guard file.header == header else {
      throw CommandFailure(
        .failed, "\(path): exists and was made with other options; \(advice)")
    }
    if inputs.count != file.inputCount {
      throw CommandFailure(
        .failed,
        "\(path): exists and was made from \(Wording.count(file.inputCount, "input")), now there "
          + "are \(Wording.count(inputs.count)); \(advice)")
    }
    return file
  }
}
