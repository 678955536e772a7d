/// A time zone: its offset from UTC at any time, past and future.
///
/// Created from the bytes of a TZif file (the caller reads `/usr/share/zoneinfo`), or from a POSIX rule.
/// Immutable and shared freely between threads. Zones are equal if their names are: after an update of
/// tzdata, the old and the new rules are the same zone.
package final class TimeZoneRules: Hashable, Sendable, CustomStringConvertible {
  package let name: String
  let types: [LocalTimeType]

  // The timeline in segments, from `.min` to `rulesFrom`, each with one type; the four arrays are parallel.
  private let starts: [Int64]
  private let offsets: [Int32]
  private let typeOfSegment: [UInt8]
  /// Applies from `rulesFrom` on; `nil` if the last segment lasts forever.
  private let rule: PosixTimeZone?
  private let ruleTypes: (standard: Int, daylight: Int)

  /// 2101-01-01. Until then the footer's rule is expanded into segments at creation, so that a lookup is one
  /// binary search.
  private static let rulesFrom = 47_847 * 86400
  /// A bound on offsets (RFC 8536: -25 h to 26 h).
  private static let offsetLimit: Int64 = 26 * 3600

  package static let utc = TimeZoneRules(
    name: "UTC", times: [], typeOfTime: [],
    types: [LocalTimeType(offsetSeconds: 0, isDaylightTime: false, abbreviation: "UTC")], footer: nil)

  /// Throws `malformedName`, `damaged` or `countsLeapSeconds`. The bytes do not contain the file's name, so
  /// `name` is kept.
  package convenience init(name: String, tzif: [UInt8]) throws(TimeZoneError) {
    guard TimeZoneName.isWellFormed(name) else { throw .malformedName(name) }
    let file = try TimeZoneFile(name: name, tzif.span)
    self.init(
      name: name, times: file.times, typeOfTime: file.typeOfTime, types: file.types, footer: file.footer)
  }

  /// A zone whose rule has always applied, such as `EST5EDT,M3.2.0,M11.1.0` or `<+08>-8`; daylight time
  /// starts in 1900.
  package convenience init(name: String, posix: String) throws(TimeZoneError) {
    guard TimeZoneName.isWellFormed(name) else { throw .malformedName(name) }
    guard let rule = PosixTimeZone(posix.utf8.span) else {
      throw .damaged(name: name, problem: "its footer is not a rule")
    }
    self.init(name: name, times: [], typeOfTime: [], types: [rule.standard], footer: rule)
  }

  private init(
    name: String, times: [Int64], typeOfTime: [UInt8], types: [LocalTimeType], footer: PosixTimeZone?
  ) {
    self.name = name
    var types = types
    var starts: [Int64] = [.min]
    var segments: [UInt8] = [0]
    for (time, type) in zip(times, typeOfTime) {
      starts.append(time)
      segments.append(type)
    }
    if let footer, let daylight = footer.daylight {
      let standardIndex = Self.index(of: footer.standard, in: &types)
      let daylightIndex = Self.index(of: daylight.type, in: &types)
      let last = times.last ?? .min
      let firstYear = max(1900, times.last.map { Self.civilDate(seconds: $0).year - 1 } ?? 1900)
      for change in footer.changes(in: firstYear...max(firstYear, 2101))
      where change.at > last && change.at < Self.rulesFrom {
        let type = change.isDaylight ? daylightIndex : standardIndex
        if Int(segments[segments.count - 1]) == type { continue }
        starts.append(change.at)
        segments.append(UInt8(truncatingIfNeeded: type))
      }
      rule = footer
      ruleTypes = (standardIndex, daylightIndex)
    } else {
      rule = nil
      ruleTypes = (0, 0)
    }
    self.types = types
    self.starts = starts
    self.typeOfSegment = segments
    self.offsets = segments.map { Int32(types[Int($0)].offsetSeconds) }
  }

  private static func index(of type: LocalTimeType, in types: inout [LocalTimeType]) -> Int {
    if let index = types.firstIndex(of: type) { return index }
    // A segment stores its type in one byte; no real file has more than a few dozen.
    guard types.count < 256 else { return 0 }
    types.append(type)
    return types.count - 1
  }

  package static func == (a: TimeZoneRules, b: TimeZoneRules) -> Bool { a === b || a.name == b.name }
  package func hash(into hasher: inout Hasher) { hasher.combine(name) }
  package var description: String { name }
}

// MARK: - From seconds of UTC to local time

extension TimeZoneRules {
  /// The last segment that starts at or before `seconds`.
  @inline(__always)
  private func segment(at seconds: Int64) -> Int {
    starts.withUnsafeBufferPointer { starts in
      var low = 0
      var length = starts.count
      while length > 1 {
        let half = length / 2
        low = starts[low + half] <= seconds ? low + half : low
        length -= half
      }
      return low
    }
  }

  func typeIndex(at seconds: Int64) -> Int {
    if let rule, seconds >= Self.rulesFrom {
      return Self.isDaylight(rule, at: seconds) ? ruleTypes.daylight : ruleTypes.standard
    }
    return Int(typeOfSegment[segment(at: seconds)])
  }

  func offset(atSeconds seconds: Int64) -> Int {
    if rule != nil, seconds >= Self.rulesFrom { return types[typeIndex(at: seconds)].offsetSeconds }
    return Int(offsets[segment(at: seconds)])
  }

  private static func isDaylight(_ rule: PosixTimeZone, at seconds: Int64) -> Bool {
    let year = civilDate(seconds: seconds).year
    return rule.changes(in: year - 1...year + 1).last { $0.at <= seconds }?.isDaylight ?? false
  }

  static func civilDate(seconds: Int64) -> CivilDate {
    CivilDate(dayNumber: Int(seconds.flooringDivided(by: 86400).quotient))
  }
}

// MARK: - From local time to seconds of UTC

extension TimeZoneRules {
  /// The first instant at which the wall clock shows `local` (seconds since 1970-01-01 00:00 local time) or,
  /// if it skips that, the instant of the jump; `jumped` tells which.
  func seconds(ofLocal local: Int64) -> (seconds: Int64, jumped: Bool) {
    if let rule, local - Self.offsetLimit >= Self.rulesFrom { return seconds(ofLocal: local, rule) }
    var index = segment(at: local - Self.offsetLimit)
    while index + 1 < starts.count, local - Int64(offsets[index]) >= starts[index + 1] { index += 1 }
    // No earlier segment shows `local`: this one does, or starts beyond it.
    let seconds = local - Int64(offsets[index])
    return seconds >= starts[index] ? (seconds, false) : (starts[index], true)
  }

  private func seconds(ofLocal local: Int64, _ rule: PosixTimeZone) -> (seconds: Int64, jumped: Bool) {
    let year = Self.civilDate(seconds: local).year
    var start = Int64.min
    var offset = Int64(rule.standard.offsetSeconds)
    for change in rule.changes(in: year - 2...year + 1) {
      if start != .min, local - offset < change.at { break }
      start = change.at
      offset = Int64(types[change.isDaylight ? ruleTypes.daylight : ruleTypes.standard].offsetSeconds)
    }
    let seconds = local - offset
    return seconds >= start ? (seconds, false) : (start, true)
  }
}

extension Int64 {
  /// Floored division, with a non-negative remainder; `divisor` must be positive.
  @inline(__always)
  func flooringDivided(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
