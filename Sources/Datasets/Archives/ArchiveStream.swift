/// The samples of one archive, in the order of its pictures.
struct ArchiveStream: SampleStream {
  private let path: String
  private let index: ArchiveIndex
  private let limits: ReadLimits
  private var reader: ArchiveReader?
  private var hasEnded = false
  /// The sample whose members are being read.
  private var key: String?
  private var pictures: [(suffix: String, bytes: Result<[UInt8], SampleReject>)] = []
  private var captions = GatheredCaptions()
  /// Finished elements, the next one last.
  private var ready: [SampleStreamElement] = []

  init(path: String, index: ArchiveIndex, limits: ReadLimits) {
    self.path = path
    self.index = index
    self.limits = limits
  }

  mutating func next() throws(DatasetError) -> SampleStreamElement? {
    while ready.isEmpty, !hasEnded { try readMember() }
    return ready.popLast()
  }

  private mutating func readMember() throws(DatasetError) {
    do throws(ArchiveReader.Failure) {
      if reader == nil { reader = try ArchiveReader(path: path) }
      guard let member = try reader!.next() else {
        finishSample()
        hasEnded = true
        return
      }
      try take(member)
    } catch {
      if let system = error.system { throw DatasetError(path: path, reason: .system(system)) }
      finishSample()
      hasEnded = true
      ready.insert(
        .reject(
          SampleReject(
            key: FileName.last(of: path), stage: .read, code: error.code,
            message: "\(error.message); what follows is missing")), at: 0)
    }
  }

  private mutating func take(_ member: ArchiveReader.Member) throws(ArchiveReader.Failure) {
    guard member.isFile else { return }
    guard member.isUTF8 else {
      finishSample()
      ready.insert(
        .reject(
          SampleReject(
            key: member.name, stage: .list, code: "name-not-utf8",
            message: "the name is not valid UTF-8")), at: 0)
      return
    }
    guard let name = MemberName(member.name) else { return }
    if name.key != key {
      finishSample()
      key = name.key
    }
    switch name.kind {
    case .other: break
    case .text, .metadata: try captions.add(name.kind, member, from: reader!)
    case .picture: try takePicture(member, name)
    }
  }

  private mutating func takePicture(
    _ member: ArchiveReader.Member, _ name: MemberName
  ) throws(ArchiveReader.Failure) {
    func reject(_ code: String, _ message: String) -> SampleReject {
      SampleReject(key: name.key, stage: .read, code: code, message: message)
    }
    do throws(ArchiveReader.Failure) {
      if let bytes = try reader!.bytes(of: member, limit: limits.pictureBytes) {
        pictures.append(
          (
            name.suffix,
            bytes.isEmpty ? .failure(reject("empty", "the file is empty")) : .success(bytes)
          ))
      } else {
        pictures.append(
          (
            name.suffix,
            .failure(reject("too-large", "more than the limit of \(limits.pictureBytes) bytes"))
          ))
      }
    } catch {
      guard error.system == nil else { throw error }
      pictures.append((name.suffix, .failure(reject(error.code, error.message))))
      if !error.isMemberOnly { throw error }
    }
  }

  /// Turns the members of the present sample into elements.
  private mutating func finishSample() {
    defer {
      pictures = []
      captions = GatheredCaptions()
      key = nil
    }
    guard let key else { return }
    let keepsSuffix = index.hasSeveralPictures(key)
    let found = (index.gatheredCaptions(of: key) ?? captions).captions
    for picture in pictures {
      let name = keepsSuffix ? "\(key).\(picture.suffix)" : key
      let element: SampleStreamElement
      switch picture.bytes {
      case .success(let bytes):
        element = .sample(
          Sample(
            key: name, content: .bytes(bytes),
            captions: found.captions.isEmpty ? .absent : .texts(found)))
      case .failure(let reject):
        element = .reject(
          SampleReject(
            key: name, stage: reject.stage, code: reject.code, message: reject.message))
      }
      ready.insert(element, at: 0)
    }
  }
}
