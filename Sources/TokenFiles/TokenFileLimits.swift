/// The numbers that bound every token file; `Formats/token-file.md` repeats them.
public enum TokenFileLimits {
  /// Bytes of the header's JSON.
  public static let headerBytes = 1 << 20
  /// Columns of a file.
  public static let columns = 64
  /// Rows of one chunk.
  public static let rowsPerChunk = 65_536
  /// Rejects of one reject block.
  public static let rejectsPerBlock = 1_024
  /// Tokens of one grid or of one `tokens` value.
  public static let tokensPerValue = 1 << 20
  /// Tokens of a chunk of a `compact` column.
  public static let tokensPerCompactChunk = 1 << 23
  /// Height and width of a grid.
  public static let gridSide = 4_096
  /// Entries of a vocabulary: tokens take at most 24 bits.
  public static let vocabularySize = 1 << 24
  /// Integers of one `integers` value.
  public static let integersPerValue = 16
  /// Strings that a `texts` column may hold in one chunk.
  public static let textsPerChunk = 1 << 20
  /// Bytes that the text and the integers of one row take in their uncompressed bodies.
  public static let rowTextBytes = 1 << 20
  /// UTF-8 bytes of a row's or a reject's key.
  public static let keyBytes = 4_096
  /// UTF-8 bytes of a reject's stage and of its code.
  public static let rejectWordBytes = 256
  /// UTF-8 bytes of a reject's message.
  public static let rejectMessageBytes = 4_096
  /// Bytes of one column of one chunk, and of all columns of a chunk before compression.
  public static let columnBytes = 1 << 30
  /// Bytes that the compressed columns of one chunk may grow to, all together.
  public static let inflatedBytes = 1 << 25
  /// Bytes of one block's payload.
  public static let payloadBytes = 1 << 36
}
