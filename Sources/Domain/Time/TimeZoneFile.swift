/// A kind of local time in a zone: winter time, summer time, the mean time of the nineteenth century.
struct LocalTimeType: Hashable, Sendable {
  /// Seconds east of UTC.
  let offsetSeconds: Int
  let isDaylightTime: Bool
  let abbreviation: String
}

/// The validated contents of a TZif file (RFC 8536, versions 1 to 4): every index and count fits, times
/// increase.
///
/// For version 2 or later only the second block, with 64-bit times, is read. Damage is refused, never
/// repaired; a file with leap seconds is refused too, since they must not count.
struct TimeZoneFile {
  private(set) var times: [Int64] = []
  private(set) var typeOfTime: [UInt8] = []
  private(set) var types: [LocalTimeType] = []
  private(set) var footer: PosixTimeZone?

  private struct Header {
    static let size = 44
    let version: UInt8
    let universalFlags, standardFlags, leapSeconds, times, types, abbreviationBytes: Int

    func bodySize(timeSize: Int) -> Int {
      times * (timeSize + 1) + types * 6 + abbreviationBytes + leapSeconds * (timeSize + 4) + standardFlags
        + universalFlags
    }
  }

  init(name: String, _ bytes: Span<UInt8>) throws(TimeZoneError) {
    var header = try Self.header(name: name, bytes, at: 0)
    var start = Header.size
    var timeSize = 4
    if header.version >= UInt8(ascii: "2") {
      let second = start + header.bodySize(timeSize: 4)
      header = try Self.header(name: name, bytes, at: second)
      start = second + Header.size
      timeSize = 8
    }
    let end = start + header.bodySize(timeSize: timeSize)
    guard end <= bytes.count else { throw .damaged(name: name, problem: "it ends early") }
    guard header.leapSeconds == 0 else { throw .countsLeapSeconds(name) }
    guard header.types >= 1, header.types <= 256 else {
      throw .damaged(name: name, problem: "it has \(header.types) kinds of local time")
    }
    try readTimes(name: name, bytes, at: start, header, timeSize: timeSize)
    try readTypes(name: name, bytes, at: start + header.times * (timeSize + 1), header)
    if timeSize == 8 { try readFooter(name: name, bytes, at: end) }
  }

  private static func header(
    name: String, _ bytes: Span<UInt8>, at start: Int
  ) throws(TimeZoneError) -> Header {
    guard start + Header.size <= bytes.count else { throw .damaged(name: name, problem: "it ends early") }
    guard integer(bytes, at: start, size: 4) == 0x545A_6966 else {
      throw .damaged(name: name, problem: "it does not start with TZif")
    }
    // At most 2^32 each, so that sums of sizes cannot overflow.
    func count(_ index: Int) -> Int { Int(integer(bytes, at: start + 20 + index * 4, size: 4)) }
    return Header(
      version: bytes[start + 4], universalFlags: count(0), standardFlags: count(1), leapSeconds: count(2),
      times: count(3), types: count(4), abbreviationBytes: count(5))
  }

  private mutating func readTimes(
    name: String, _ bytes: Span<UInt8>, at start: Int, _ header: Header, timeSize: Int
  ) throws(TimeZoneError) {
    times.reserveCapacity(header.times)
    for index in 0..<header.times {
      let raw = Self.integer(bytes, at: start + index * timeSize, size: timeSize)
      let time = timeSize == 8 ? Int64(bitPattern: raw) : Int64(Int32(truncatingIfNeeded: raw))
      if let last = times.last, last >= time { throw .damaged(name: name, problem: "its times do not rise") }
      let type = bytes[start + header.times * timeSize + index]
      guard type < header.types else {
        throw .damaged(name: name, problem: "it names a kind of local time that it does not have")
      }
      times.append(time)
      typeOfTime.append(type)
    }
  }

  private mutating func readTypes(
    name: String, _ bytes: Span<UInt8>, at start: Int, _ header: Header
  ) throws(TimeZoneError) {
    let names = start + header.types * 6
    for index in 0..<header.types {
      let entry = start + index * 6
      let offset = Int(Int32(truncatingIfNeeded: Self.integer(bytes, at: entry, size: 4)))
      guard (-89_999...93_599).contains(offset) else {
        throw .damaged(name: name, problem: "an offset of \(offset) s from UTC")
      }
      var abbreviation: [UInt8] = []
      var position = Int(bytes[entry + 5])
      while position < header.abbreviationBytes, bytes[names + position] != 0, abbreviation.count < 16 {
        abbreviation.append(bytes[names + position])
        position += 1
      }
      guard position < header.abbreviationBytes, abbreviation.allSatisfy({ (0x20..<0x7F).contains($0) })
      else {
        throw .damaged(name: name, problem: "an abbreviation without an end")
      }
      types.append(
        LocalTimeType(
          offsetSeconds: offset, isDaylightTime: bytes[entry + 4] != 0,
          abbreviation: String(decoding: abbreviation, as: UTF8.self)))
    }
  }

  private mutating func readFooter(name: String, _ bytes: Span<UInt8>, at start: Int) throws(TimeZoneError) {
    guard bytes.has(0x0A, at: start) else { throw .damaged(name: name, problem: "it has no footer") }
    var end = start + 1
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    guard end < bytes.count else { throw .damaged(name: name, problem: "it has no footer") }
    guard end > start + 1 else { return }
    guard let rule = PosixTimeZone(bytes.extracting(start + 1..<end)) else {
      throw .damaged(name: name, problem: "its footer is not a rule")
    }
    footer = rule
  }

  /// A big-endian number; the caller must check the bounds.
  private static func integer(_ bytes: Span<UInt8>, at offset: Int, size: Int) -> UInt64 {
    var value: UInt64 = 0
    for index in offset..<offset + size { value = value << 8 | UInt64(bytes[index]) }
    return value
  }
}
