import Domain
import Support
import Testing

@Suite struct InstantISO8601Tests {
  @Test(arguments: [
    ("2026-03-01T10:00:00Z", 1_772_359_200_000), ("2026-03-01T18:00:00+08:00", 1_772_359_200_000),
    ("2026-03-01T18:00:00+0800", 1_772_359_200_000), ("2026-03-01T18:00:00+08", 1_772_359_200_000),
    ("2026-03-01 10:00:00z", 1_772_359_200_000), ("2026-03-01t10:00:00.5Z", 1_772_359_200_500),
    ("2026-03-01T10:00:00,123999999999999999999Z", 1_772_359_200_123),
    ("2026-03-01T10:00Z", 1_772_359_200_000),
    ("2026-03-01T06:30:00.007-03:30", 1_772_359_200_007), ("1969-12-31T23:59:59.999Z", -1),
    ("2016-12-31T23:59:60Z", 1_483_228_799_999), ("2016-12-31T23:59:60.9Z", 1_483_228_799_999),
    ("0001-01-01T00:00:00Z", -62_135_596_800_000), ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
    ("2024-02-29T00:00:00-00:00", 1_709_164_800_000),
  ])
  func `reads timestamps`(text: String, milliseconds: Int64) {
    #expect(Instant(iso8601: text)?.milliseconds == milliseconds)
  }

  @Test(arguments: [
    "", "2026-03-01", "2026-03-01T10:00:00", "2026-03-01T10:00", "2026-02-29T10:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T10:60:00Z", "2026-03-01T10:00:61Z", "2026-03-01T10:00:00.Z", "2026-03-01T10:00:00+8:00",
    "2026-03-01T10:00:00+24:00", "2026-03-01T10:00:00+08:60", "2026-03-01T10:00:00+08:0",
    "2026-03-01T10:00:00+",
    "2026-03-01T10:00:00Z ", " 2026-03-01T10:00:00Z", "2026-03-01_10:00:00Z", "20260301T100000Z",
    "2026-03-01T1:00:00Z", "2026-03-01T10-00-00Z", "0000-01-01T00:00:00Z", "2026-03-01T10:00:00ZZ",
    "2026-03-01T10:00:00\u{2212}08:00", "2026-03-01T10:00:00+08:00:00",
  ])
  func `refuses what is not a whole timestamp`(text: String) {
    #expect(Instant(iso8601: text) == nil)
  }

  @Test func `writes UTC, with milliseconds only when there are any`() {
    #expect(Instant(milliseconds: 1_772_359_200_000).iso8601 == "2026-03-01T10:00:00Z")
    #expect(Instant(milliseconds: 1_772_359_200_007).iso8601 == "2026-03-01T10:00:00.007Z")
    #expect(Instant(milliseconds: -1).iso8601 == "1969-12-31T23:59:59.999Z")
    #expect(Instant.distantFuture.iso8601 == "+73071226-02-26T19:48:13.951Z")
  }

  @Test func `writes the wall time of a zone`() throws {
    let instant = Instant(milliseconds: 1_772_359_200_250)
    #expect(instant.iso8601(in: try ZoneFiles.zone("Asia/Shanghai")) == "2026-03-01T18:00:00.250+08:00")
    #expect(instant.iso8601(in: try ZoneFiles.zone("America/St_Johns")) == "2026-03-01T06:30:00.250-03:30")
    #expect(instant.iso8601(in: .utc) == "2026-03-01T10:00:00.250+00:00")
    // An offset of -17:30:20 cannot be written; the instant stays the same.
    let old = Instant(seconds: -5_000_000_000)
    #expect(Instant(iso8601: old.iso8601(in: try ZoneFiles.zone("America/New_York"))) == old)
  }

  @Test func `the written form reads back`() throws {
    var random = SeededGenerator()
    let zones = try ["Asia/Kathmandu", "America/Caracas", "Pacific/Chatham"].map(ZoneFiles.zone)
    for _ in 0..<rounds(20_000) {
      let instant = Instant(
        milliseconds: .random(in: -62_000_000_000_000...253_000_000_000_000, using: &random))
      guard Instant(iso8601: instant.iso8601) == instant,
        zones.allSatisfy({ Instant(iso8601: instant.iso8601(in: $0)) == instant })
      else {
        Issue.record("\(instant.iso8601), \(random)")
        return
      }
    }
  }

  @Test func `no bytes make the reader trap`() {
    var random = SeededGenerator()
    let seeds = ["2026-03-01T10:00:00.123+08:00", "2026-03-01T10:00:00Z", "2026-03-01"].map { Array($0.utf8) }
    var read = 0
    for _ in 0..<rounds(50_000) {
      var bytes = seeds.randomElement(using: &random) ?? []
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        switch Int.random(in: 0...2, using: &random) {
        case 0: bytes[.random(in: bytes.indices, using: &random)] = .random(in: 0...255, using: &random)
        case 1: bytes.removeLast(.random(in: 0..<bytes.count, using: &random))
        default: bytes.append(.random(in: 0x2B...0x3A, using: &random))
        }
      }
      if Instant(iso8601: bytes.span) != nil { read += 1 }
    }
    #expect(read > 0, "\(random)")
  }
}
