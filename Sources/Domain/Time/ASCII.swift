/// The bytes used in dates and times.
enum ASCII {
  static let plus = UInt8(ascii: "+")
  static let minus = UInt8(ascii: "-")
  static let comma = UInt8(ascii: ",")
  static let dot = UInt8(ascii: ".")
  static let slash = UInt8(ascii: "/")
  static let colon = UInt8(ascii: ":")
  static let space = UInt8(ascii: " ")
  static let percent = UInt8(ascii: "%")
  static let underscore = UInt8(ascii: "_")

  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }
  static func isGraphic(_ byte: UInt8) -> Bool { (0x21..<0x7F).contains(byte) }
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}

extension Span where Element == UInt8 {
  /// The number in exactly `digits` decimal digits at `offset`; `nil` past the end or at another byte.
  @inline(__always)
  func decimal(at offset: Int, digits: Int) -> Int? {
    guard offset >= 0, offset &+ digits <= count else { return nil }
    var value = 0
    for index in offset..<offset &+ digits {
      let digit = self[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  @inline(__always)
  func has(_ byte: UInt8, at offset: Int) -> Bool { offset < count && self[offset] == byte }
}

/// Writes numbers into the buffer of a string under construction.
struct DigitWriter {
  private let buffer: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  /// `buffer` must outlive the writer: use it only inside the closure that lends it. Writing past its end is
  /// a programming error.
  init(_ buffer: UnsafeMutableBufferPointer<UInt8>) { self.buffer = buffer }

  @inline(__always)
  mutating func byte(_ value: UInt8) {
    buffer[count] = value
    count &+= 1
  }

  @inline(__always)
  mutating func two(_ value: Int) {
    byte(UInt8(truncatingIfNeeded: 0x30 &+ value / 10))
    byte(UInt8(truncatingIfNeeded: 0x30 &+ value % 10))
  }

  @inline(__always)
  mutating func three(_ value: Int) {
    byte(UInt8(truncatingIfNeeded: 0x30 &+ value / 100))
    two(value % 100)
  }

  /// At most 15 bytes: a sign and eight digits of the year, month and day.
  mutating func date(_ date: CivilDate) {
    let year = date.year
    if (0...9999).contains(year) {
      two(year / 100)
      two(year % 100)
    } else {
      byte(year < 0 ? ASCII.minus : ASCII.plus)
      let magnitude = abs(year)
      if magnitude >= 10_000 {
        for digit in String(magnitude).utf8 { byte(digit) }
      } else {
        two(magnitude / 100)
        two(magnitude % 100)
      }
    }
    byte(ASCII.minus)
    two(date.month)
    byte(ASCII.minus)
    two(date.day)
  }
}
