/// Validates UTF-8 as Unicode defines it (table 3-7): no surrogates, no overlong forms.
enum UTF8Check {
  static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var i = 0
    let count = bytes.count
    while i < count {
      let first = bytes[i]
      if first < 0x80 {
        i += 1
        continue
      }
      let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      guard first >= 0xC2, first <= 0xF4, i + length <= count else { return false }
      let second = bytes[i + 1]
      let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
      let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
      guard second >= lowest, second <= highest else { return false }
      for next in (i + 2)..<(i + length) where bytes[next] & 0xC0 != 0x80 { return false }
      i += length
    }
    return true
  }
}
