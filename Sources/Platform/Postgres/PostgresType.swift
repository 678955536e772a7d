internal import CPostgres

/// The object ids of PostgreSQL's built-in types (pg_type.dat), which never change.
enum PostgresType {
  static let bool: Oid = 16
  static let bytea: Oid = 17
  static let int8: Oid = 20
  static let int2: Oid = 21
  static let int4: Oid = 23
  static let float4: Oid = 700
  static let float8: Oid = 701
  static let numeric: Oid = 1700

  /// Decodes a `bytea` written as `\x0a1b`; empty for any other text.
  static func bytes(ofHex text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    guard text.count >= 2, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return [] }
    let count = (text.count - 2) / 2
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      for index in 0..<count {
        bytes[index] = digit(text[2 + 2 * index]) << 4 | digit(text[3 + 2 * index])
      }
      filled = count
    }
  }

  /// PostgreSQL writes lower-case digits.
  private static func digit(_ byte: UInt8) -> UInt8 { byte <= 57 ? byte & 0x0f : (byte & 0x0f) + 9 }
}
