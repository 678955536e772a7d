/// Validates UTF-8 as Unicode defines it (table 3-7): without surrogates and overlong forms.
package enum UTF8Check {
  static func isValid(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var place = 0
    while place < bytes.count {
      let length = length(of: bytes, at: place)
      if length == 0 { return false }
      place += length
    }
    return true
  }

  /// The length in bytes of the character that begins at `place`; 0 if none does, or if the end cuts it off.
  @inline(__always)
  package static func length(of bytes: UnsafeBufferPointer<UInt8>, at place: Int) -> Int {
    let first = bytes[place]
    if first < 0x80 { return 1 }
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first <= 0xF4, place + length <= bytes.count else { return 0 }
    let second = bytes[place + 1]
    let lowest: UInt8 = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80
    let highest: UInt8 = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF
    guard second >= lowest, second <= highest else { return 0 }
    for next in (place + 2)..<(place + length) where bytes[next] & 0xC0 != 0x80 { return 0 }
    return length
  }
}
