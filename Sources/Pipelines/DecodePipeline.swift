import Datasets
public import ImageCodecs
public import ImageFiles
import Synchronization
public import TokenFiles
import Tokens

/// A token file to pictures in a folder, on several threads.
public struct DecodePipeline: Sendable {
  /// The codec; one thread per call, as in ``EncodePipeline``.
  public let codec: any ImageCodec
  /// What kind of picture files are written.
  public var encoding = ImageEncoding.png()
  /// Rows worked on at the same time, at least 1.
  public var threads = 1

  /// Makes a pipeline.
  public init(codec: any ImageCodec) { self.codec = codec }

  /// Decodes rows into picture files named after their keys.
  ///
  /// Keys are not trusted: no name leaves the folder. Keys that would share a name are told apart
  /// by their row number. Files that exist are never replaced; one with the very bytes that would be written is taken as
  /// done.
  ///
  /// - Parameters:
  ///   - file: The tokens.
  ///   - rows: Which rows; nil for all.
  ///   - folder: Where the pictures go. It is made if it does not exist.
  ///   - isCancelled: Asked before every row.
  ///   - progress: Called a few times per second from the calling thread.
  /// - Returns: How many pictures were written, and whether rows were left when it was cancelled.
  /// - Throws: ``PipelineError``: the tokens are another codec's, the rows do not exist, a picture
  ///   exists already or cannot be written, the token file is damaged. Pictures written before stay.
  public func run(
    _ file: TokenFile, rows: Range<Int>? = nil, to folder: String,
    isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (RunProgress) -> Void = { _ in }
  ) throws(PipelineError) -> (pictures: Int, wasCancelled: Bool) {
    let path = file.path ?? "the token file"
    guard file.header.codec == codec.identity else {
      throw PipelineError(
        .codecMismatch(file: file.header.codec, codec: codec.identity), path: path)
    }
    let rows = rows ?? 0..<file.count
    guard rows.lowerBound >= 0 && rows.upperBound <= file.count else {
      throw PipelineError(.noSuchRows(asked: rows, rows: file.count), path: path)
    }
    do {
      try FileSystem.makeFolder(folder)
    } catch {
      throw PipelineError(.output(error), path: folder)
    }

    let source = RowSource(
      file, rows: rows, fileExtension: encoding.format.fileExtension, isCancelled: isCancelled)
    let prefix = folder.hasSuffix("/") ? folder : folder + "/"
    let stage = OrderedMap(threads: threads, window: threads * 2 + 2, next: source.next) { item in
      item.flatMap { paint($0, folder: prefix, file: path) }
    }
    defer { stage.stop() }
    var meter = ProgressMeter(total: rows.count, resumed: 0)
    var done = 0
    while let result = stage.next() {
      try result.get()
      done += 1
      if let report = meter.report(done: done, rejects: RejectTally()) { progress(report) }
    }
    if let report = meter.report(done: done, rejects: RejectTally(), always: true) {
      progress(report)
    }
    return (done, source.wasCancelled)
  }

  /// Decodes one row and writes its picture. Called from several threads.
  private func paint(
    _ item: RowSource.Item, folder: String, file: String
  ) -> Result<Void, PipelineError> {
    let bytes: [UInt8]
    do {
      bytes = try ImageFile.encode(codec.decode(item.row.grid), as: encoding)
    } catch {
      return .failure(
        PipelineError(.row(item.position, key: item.row.key, message: "\(error)"), path: file))
    }
    let path = folder + item.name
    do {
      if let slash = path.lastIndex(of: "/") {
        try FileSystem.makeFolder(String(path[..<slash]))
      }
      try FileSystem.writeNew(path, bytes: bytes)
    } catch  where error.code == "exists" && holds(path, bytes) {
      // An earlier run painted it.
    } catch {
      return .failure(
        PipelineError(error.code == "exists" ? .outputExists : .output(error), path: path))
    }
    return .success(())
  }
}

/// Whether a file is there and has these bytes.
private func holds(_ path: String, _ bytes: [UInt8]) -> Bool {
  (try? FileSystem.read(path, limit: bytes.count)) == bytes
}

/// Reads rows one after another and names their pictures.
private final class RowSource: Sendable {
  struct Item: Sendable {
    let position: Int
    let row: TokenFileRow
    let name: String
  }

  private struct State: ~Copyable {
    var rows: Range<Int>
    var names = OutputNames()
    var wasCancelled = false
  }

  private let state: Mutex<State>
  private let file: TokenFile
  private let fileExtension: String
  private let isCancelled: @Sendable () -> Bool

  init(
    _ file: TokenFile, rows: Range<Int>, fileExtension: String,
    isCancelled: @escaping @Sendable () -> Bool
  ) {
    state = Mutex(State(rows: rows))
    self.file = file
    self.fileExtension = fileExtension
    self.isCancelled = isCancelled
  }

  @Sendable func next() -> Result<Item, PipelineError>? {
    state.withLock { state -> Result<Item, PipelineError>? in
      guard let position = state.rows.first else { return nil }
      guard !isCancelled() else {
        state.wasCancelled = true
        return nil
      }
      state.rows = state.rows.dropFirst()
      do throws(TokenFileError) {
        let row = try file.row(at: position)
        let name = state.names.name(forKey: row.key, row: position, fileExtension: fileExtension)
        return .success(Item(position: position, row: row, name: name))
      } catch {
        return .failure(PipelineError(.tokenFile(error), path: file.path ?? "the token file"))
      }
    }
  }

  var wasCancelled: Bool { state.withLock { $0.wasCancelled } }
}
