/// Text for one line of a header.
enum HeaderText {
  /// Every run of white space and control characters becomes one space, none is left at the ends: a line
  /// break in a customer's name must not begin a header of its own.
  static func oneLine(_ text: String) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    var pending = false
    for byte in text.utf8 {
      if byte <= 0x20 || byte == 0x7F {
        pending = !bytes.isEmpty
      } else {
        if pending { bytes.append(0x20) }
        pending = false
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension String {
  /// Without white space at either end.
  var trimmed: String {
    func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
    guard let first = utf8.firstIndex(where: { !isSpace($0) }),
      let last = utf8.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(self[first...last])
  }
}
