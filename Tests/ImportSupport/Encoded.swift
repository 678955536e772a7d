internal import Glibc
package import Platform

/// Text as other programs write it.
package enum Encoded {
  /// The text in this encoding; UTF-16 with the byte order mark of Windows.
  package static func bytes(_ text: String, _ encoding: TextEncoding) -> [UInt8] {
    // Names of its own, so that a wrong one in the program is seen.
    let name =
      switch encoding {
      case .utf8: "UTF-8"
      case .utf16, .utf16LE: "UTF-16LE"
      case .utf16BE: "UTF-16BE"
      case .gb18030: "GB18030"
      case .big5: "BIG5"
      case .shiftJIS: "CP932"
      case .eucKR: "CP949"
      case .windows1250: "CP1250"
      case .windows1251: "CP1251"
      case .windows1252: "CP1252"
      case .latin1: "ISO-8859-1"
      }
    let mark: [UInt8] = encoding == .utf16 ? [0xFF, 0xFE] : []
    guard let converter = iconv_open(name, "UTF-8"), converter != iconv_t(bitPattern: -1) else { return [] }
    defer { iconv_close(converter) }
    var input = Array(text.utf8).map { CChar(bitPattern: $0) }
    let output = [UInt8](unsafeUninitializedCapacity: input.count * 4 + 16) { buffer, count in
      let room = buffer.count
      input.withUnsafeMutableBufferPointer { source in
        buffer.withMemoryRebound(to: CChar.self) { target in
          var from = source.baseAddress
          var left = source.count
          var to = target.baseAddress
          var free = room
          iconv(converter, &from, &left, &to, &free)
          count = left == 0 ? room - free : 0
        }
      }
    }
    return mark + output
  }
}
