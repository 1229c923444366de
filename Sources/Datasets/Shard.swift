/// Inputs that go into one token file.
public struct Shard: Sendable {
  /// The stem of the output file.
  public let name: String
  /// The input as the caller gave it.
  public let path: String

  private let listing: FileListing

  init(name: String, path: String, listing: FileListing) {
    self.name = name
    self.path = path
    self.listing = listing
  }

  /// Number of inputs (pictures and what is already known to be lost), if it is known beforehand.
  public var count: Int? { listing.count }
  /// Files passed over because of their extension, with their number.
  public var ignored: [String: Int] { listing.ignored }
  /// What a person should know that cost no picture.
  public var notices: [FileListing.Notice] { listing.notices }

  /// A stream over the inputs, from the first.
  public func makeStream() -> any SampleStream { ListingStream(listing: listing) }
}
