extension Instant {
  /// Parses an ISO 8601 timestamp or date from a file; `nil` for anything else.
  ///
  /// With an offset it is that instant (`Instant(iso8601:)`); without one it is local time in `zone`, and a
  /// date alone (`2026-03-01`) is the start of that day there.
  package init?(iso8601 bytes: Span<UInt8>, in zone: TimeZoneRules) {
    if bytes.count == 10 {
      guard let date = CivilDate(bytes, at: 0) else { return nil }
      self = zone.startOfDay(of: date)
      return
    }
    if let instant = Instant(iso8601: bytes) {
      self = instant
      return
    }
    guard bytes.count >= 16, bytes.count <= 40 else { return nil }
    // Without an offset: parsed as UTC, then interpreted as local time of the zone.
    let asUTC = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 41) { buffer in
      for index in 0..<bytes.count { buffer[index] = bytes[index] }
      buffer[bytes.count] = UInt8(ascii: "Z")
      return Instant(iso8601: UnsafeBufferPointer(rebasing: buffer[...bytes.count]).span)
    }
    guard let asUTC else { return nil }
    let (seconds, millisecond) = asUTC.milliseconds.flooringDivided(by: 1000)
    let (day, secondOfDay) = seconds.flooringDivided(by: 86400)
    self = zone.instant(
      of: CivilDate(dayNumber: Int(day)), secondOfDay: Int(secondOfDay), millisecond: Int(millisecond))
  }
}
