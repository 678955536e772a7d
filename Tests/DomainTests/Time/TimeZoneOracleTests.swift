import Domain
import Support
import Testing

/// All zones of the machine against Python's zoneinfo, which reads the same files with other code.
@Suite struct TimeZoneOracleTests {
  /// Reads lines `zone instant local`; answers each with the offset at the instant, and the instant of the
  /// local time by our rule: in an overlap the first, in a gap the jump itself, which it searches for.
  private static let oracle = """
    import sys
    from zoneinfo import ZoneInfo
    from datetime import datetime, timedelta, timezone
    epoch = datetime(1970, 1, 1)
    def offset(zone, seconds):
        at = (epoch + timedelta(seconds=seconds)).replace(tzinfo=timezone.utc).astimezone(zone)
        return int(at.utcoffset().total_seconds())
    out = []
    for line in sys.stdin:
        name, at, local = line.split()
        zone, at, local = ZoneInfo(name), int(at), int(local)
        wall = epoch + timedelta(seconds=local)
        offsets = [wall.replace(tzinfo=zone, fold=f).utcoffset() for f in (0, 1)]
        first, second = [local - int(o.total_seconds()) for o in offsets]
        if first + offset(zone, first) == local:
            result = first
        else:
            low, high = second, first
            before = offset(zone, low)
            while high - low > 1:
                middle = (low + high) // 2
                if offset(zone, middle) == before: low = middle
                else: high = middle
            result = high
        out.append(f"{offset(zone, at)} {result}")
    print("\\n".join(out))
    """

  @Test func `every zone agrees with zoneinfo in both directions`() throws {
    var random = SeededGenerator()
    var questions: [(zone: TimeZoneRules, instant: Int64, local: Int64)] = []
    let names = try ZoneFiles.names()
    #expect(names.count > 400)
    for name in names {
      let zone = try ZoneFiles.zone(name)
      for _ in 0..<60 {
        let instant = Int64.random(in: -2_000_000_000...7_000_000_000, using: &random)
        // Half of the local times lie within a day of a change of the offset, where such there is.
        var local = Int64.random(in: -2_000_000_000...7_000_000_000, using: &random)
        if Bool.random(using: &random), let change = Self.change(of: zone, after: local) {
          local = change + .random(in: -100_000...100_000, using: &random) / 60 * 60
        }
        questions.append((zone, instant, local))
      }
    }
    let input = questions.map { "\($0.zone.name) \($0.instant) \($0.local)\n" }.joined()
    let result = try spawn(["python3", "-c", Self.oracle], input: Array(input.utf8))
    #expect(result.status == 0, "\(result.errorText)")
    let answers = result.text.split(separator: "\n")
    try #require(answers.count == questions.count)
    var failures: [String] = []
    for (question, answer) in zip(questions, answers) {
      let day = question.local.dividedDown(by: 86400)
      let instant = question.zone.instant(
        of: CivilDate(dayNumber: Int(day)), secondOfDay: Int(question.local - day * 86400))
      let offset = question.zone.offsetSeconds(at: Instant(seconds: question.instant))
      let ours = "\(offset) \(instant.milliseconds / 1000)"
      if ours != answer {
        failures.append("\(question.zone) \(question.instant) \(question.local): \(ours), not \(answer)")
      }
    }
    #expect(failures.isEmpty, "\(failures.count) of \(answers.count): \(failures.prefix(5)); \(random)")
  }

  /// Some change of the offset in the 200 days after `seconds`, to the half day.
  private static func change(of zone: TimeZoneRules, after seconds: Int64) -> Int64? {
    let offset = zone.offsetSeconds(at: Instant(seconds: seconds))
    return stride(from: seconds, to: seconds + 200 * 86400, by: 43200)
      .first { zone.offsetSeconds(at: Instant(seconds: $0)) != offset }
  }

  @Test func `what the wall shows leads back to the instant or to an earlier one that shows the same`() throws
  {
    var random = SeededGenerator()
    for name in try ZoneFiles.names() {
      let zone = try ZoneFiles.zone(name)
      for _ in 0..<100 {
        let instant = Instant(
          milliseconds: .random(in: -4_000_000_000_000...20_000_000_000_000, using: &random))
        let local = zone.localDateTime(at: instant)
        let back = zone.instant(
          of: local.date, secondOfDay: local.secondOfDay, millisecond: local.millisecond)
        let again = zone.localDateTime(at: back)
        guard local.instant == instant, back <= instant, again.date == local.date,
          again.secondOfDay == local.secondOfDay, again.millisecond == local.millisecond,
          back == instant || again.offsetSeconds != local.offsetSeconds
        else {
          Issue.record("\(name) \(instant.iso8601) \(random)")
          return
        }
      }
    }
  }

  @Test func `daily 09:00 is exactly one stroke per local date, 200 zones, 10 years`() throws {
    let nine = try #require(ClockTime("09:00"))
    let start = try #require(CivilDate("2006-01-01"))
    let end = try #require(CivilDate("2016-01-01"))
    let always = [
      "Australia/Lord_Howe", "Pacific/Apia", "Europe/Berlin", "America/Sao_Paulo", "America/St_Johns",
    ]
    let all = try ZoneFiles.names()
    let zones = always + all.indices.filter { $0 % (all.count / 195) == 0 }.map { all[$0] }.prefix(195)
    #expect(zones.count == 200)
    for name in zones {
      let zone = try ZoneFiles.zone(name)
      let (first, last) = (zone.startOfDay(of: start), zone.startOfDay(of: end))
      // The dates that the zone has, found by looking at the wall every six hours.
      var dates: [CivilDate] = []
      var instant = first
      while instant < last {
        let date = zone.civilDate(at: instant)
        if dates.last != date { dates.append(date) }
        instant = instant + .hours(6)
      }
      var strokes: [CivilDate] = []
      instant = zone.next(nine, onOrAfter: first)
      while instant < last {
        strokes.append(zone.civilDate(at: instant))
        let jumpsHere = zone.offsetSeconds(at: instant) != zone.offsetSeconds(at: instant - .milliseconds(1))
        if zone.clockTime(at: instant) != nine, !jumpsHere {
          Issue.record("\(name) strikes at \(instant.iso8601(in: zone))")
        }
        instant = zone.next(nine, onOrAfter: instant + .milliseconds(1))
      }
      #expect(strokes == dates, "\(name)")
      // Samoa and Tokelau left out 2011-12-30.
      #expect(strokes.count == (["Pacific/Apia", "Pacific/Fakaofo"].contains(name) ? 3651 : 3652), "\(name)")
    }
  }

  @Test func `a damaged file is refused or used, and never makes the program trap`() throws {
    var random = SeededGenerator()
    let files = try ["America/New_York", "Africa/Casablanca", "Asia/Shanghai", "UTC"].map(ZoneFiles.bytes)
    var refused = 0
    for round in 0..<rounds(4000) {
      var bytes = files[round % files.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Half of the damage hits the headers and what follows them.
        let limit = Bool.random(using: &random) ? 60 : bytes.count
        bytes[.random(in: 0..<min(limit, bytes.count), using: &random)] = .random(in: 0...255, using: &random)
      }
      if round % 5 == 0 { bytes.removeLast(.random(in: 0..<bytes.count, using: &random)) }
      do throws(TimeZoneError) {
        let zone = try TimeZoneRules(name: "Test/Damaged", tzif: bytes)
        for seconds in [Int64.min / 1000, -5_000_000_000, 0, 1_772_359_200, 9_000_000_000, Int64.max / 1000] {
          let local = zone.localDateTime(at: Instant(seconds: seconds))
          _ = zone.next(.midnight, onOrAfter: zone.startOfDay(of: local.date))
        }
      } catch {
        refused += 1
      }
    }
    #expect(refused > 500, "\(random)")
  }
}

extension Int64 {
  fileprivate func dividedDown(by divisor: Int64) -> Int64 {
    self >= 0 ? self / divisor : (self - divisor + 1) / divisor
  }
}
