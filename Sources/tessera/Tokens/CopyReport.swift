import TokenFiles

/// What `append`, `merge`, `split` and `select` say about a file that they wrote.
struct CopyReport: Encodable {
  let file: String
  /// In the file now.
  var rows = 0
  var rejects = 0
  /// Behind what was there before; equal to the others for a new file.
  var addedRows = 0
  var addedRejects = 0
  private var copied = 0
  private var storedAnew = 0

  private enum CodingKeys: String, CodingKey {
    case file, rows, rejects, copied
    case addedRows = "added_rows"
    case addedRejects = "added_rejects"
    case storedAnew = "stored_anew"
  }

  init(file: String) { self.file = file }

  /// Describes a new file.
  init(file: String, rows: Int, rejects: Int) {
    self.file = file
    self.rows = rows
    self.rejects = rejects
    addedRows = rows
    addedRejects = rejects
  }

  mutating func add(_ count: TokenFileWriter.CopyCount) {
    copied += count.copied
    storedAnew += count.storedAnew
  }

  /// A line for people.
  var text: String {
    let added =
      addedRows == rows && addedRejects == rejects
      ? ""
      : "\(Wording.count(addedRows, "row")) and \(Wording.count(addedRejects, "reject")) added; now "
    let anew =
      storedAnew == 0
      ? "" : "; \(Wording.count(storedAnew, "row")) of chunks taken in part stored anew"
    return Console.printable(
      "\(file): \(added)\(Wording.count(rows, "row")), \(Wording.count(rejects, "reject"))\(anew)")
  }
}
