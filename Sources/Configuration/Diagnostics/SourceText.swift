/// The text of a file, for showing its lines under messages.
package struct SourceText: Sendable {
  package let path: String
  package let bytes: [UInt8]
  /// The start of each line in `bytes`; lines end at LF, CR LF or CR.
  private let starts: [Int]

  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
    var starts = [bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0]
    for (offset, byte) in bytes.enumerated() where byte == 10 || byte == 13 {
      if byte == 13, offset + 1 < bytes.count, bytes[offset + 1] == 10 { continue }
      starts.append(offset + 1)
    }
    self.starts = starts
  }

  /// The characters of a line (from 1) without its end; `nil` if there is no such line. Bytes that are not
  /// UTF-8 become U+FFFD. Only the first `limit` bytes of a longer line.
  package func line(_ number: Int, upTo limit: Int = .max) -> [Unicode.Scalar]? {
    guard number >= 1, number <= starts.count else { return nil }
    let start = starts[number - 1]
    var end = number < starts.count ? starts[number] : bytes.count
    while end > start, bytes[end - 1] == 10 || bytes[end - 1] == 13 { end -= 1 }
    if end - start > limit { end = start + limit }
    return Array(String(decoding: bytes[start..<end], as: UTF8.self).unicodeScalars)
  }
}
