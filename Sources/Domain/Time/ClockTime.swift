/// A time of day to the minute, as operators write it: `"21:00"`.
package struct ClockTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// 0 at midnight, 1439 at 23:59.
  package let minuteOfDay: Int

  package static let midnight = ClockTime(checked: 0)

  private init(checked minuteOfDay: Int) { self.minuteOfDay = minuteOfDay }

  /// `nil` outside 00:00 to 23:59.
  package init?(hour: Int, minute: Int) {
    guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
    minuteOfDay = hour * 60 + minute
  }

  /// Parses strictly `HH:MM`, 00:00 to 23:59; `nil` for 24:00 and anything else.
  package init?(_ text: String) {
    let bytes = text.utf8.span
    guard bytes.count == 5, let hour = bytes.decimal(at: 0, digits: 2), bytes.has(ASCII.colon, at: 2),
      let minute = bytes.decimal(at: 3, digits: 2)
    else { return nil }
    self.init(hour: hour, minute: minute)
  }

  package var hour: Int { minuteOfDay / 60 }
  package var minute: Int { minuteOfDay % 60 }

  package static func < (a: ClockTime, b: ClockTime) -> Bool { a.minuteOfDay < b.minuteOfDay }

  /// `HH:MM`.
  package var description: String {
    String(unsafeUninitializedCapacity: 5) { buffer in
      var writer = DigitWriter(buffer)
      writer.two(hour)
      writer.byte(ASCII.colon)
      writer.two(minute)
      return writer.count
    }
  }
}
