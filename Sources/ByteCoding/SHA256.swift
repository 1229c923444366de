import CCrypto

/// SHA-256 (FIPS 180-4), fed piece by piece; computed by OpenSSL's libcrypto.
@safe
public struct SHA256: ~Copyable {
  private let context: OpaquePointer

  /// Starts with no bytes.
  public init() {
    // SAFETY: the new context is owned by self alone and freed in deinit.
    guard let context = unsafe EVP_MD_CTX_new(),
      unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1
    else { fatalError("libcrypto offers no SHA-256") }
    unsafe self.context = context
  }

  deinit {
    // SAFETY: `context` came from EVP_MD_CTX_new and is freed only here.
    unsafe EVP_MD_CTX_free(context)
  }

  /// Adds bytes.
  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { raw in
      // SAFETY: pointer and count describe the borrowed span; a null pointer comes with count 0.
      let status = unsafe EVP_DigestUpdate(context, raw.baseAddress, raw.count)
      precondition(status == 1, "libcrypto failed to hash")
    }
  }

  /// The 32-byte digest of everything fed.
  public consuming func finish() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      // SAFETY: a SHA-256 digest is 32 bytes, the capacity asked for.
      let status = unsafe EVP_DigestFinal_ex(context, buffer.baseAddress, nil)
      precondition(status == 1, "libcrypto failed to finish a hash")
      count = 32
    }
  }

  /// The digest of everything fed as 64 lower-case hexadecimal digits.
  public consuming func finishHexadecimal() -> String {
    Self.hexadecimal(finish())
  }

  /// The digest of one run of bytes as 64 lower-case hexadecimal digits.
  public static func hexadecimal(of bytes: RawSpan) -> String {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finishHexadecimal()
  }

  /// Two lower-case hexadecimal digits per byte.
  public static func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
