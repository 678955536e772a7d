/// Formats durations for people: the two largest units, `1h 30m`, `3d 4h`, `45s`, `0.25s`.
package enum DurationText {
  /// At most two units, the rest truncated; two decimal places below ten seconds; a leading `-` if negative.
  package static func text(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    if seconds < 0 || attoseconds < 0 {
      return seconds == .min ? "-forever" : "-" + text(.zero - duration)
    }
    if seconds == 0, attoseconds == 0 { return "0s" }
    if seconds < 10, attoseconds > 0 {
      return DecimalText.fixed(Double(seconds) + Double(attoseconds) / 1e18, 2) + "s"
    }
    let units: [(Int64, String)] = [(86_400, "d"), (3600, "h"), (60, "m"), (1, "s")]
    let first = units.firstIndex { seconds >= $0.0 } ?? 3
    var parts = ["\(seconds / units[first].0)\(units[first].1)"]
    if first < 3 {
      let rest = seconds % units[first].0 / units[first + 1].0
      if rest > 0 { parts.append("\(rest)\(units[first + 1].1)") }
    }
    return parts.joined(separator: " ")
  }
}

extension Duration {
  /// Whole milliseconds, truncated and clamped to 64 bits.
  var inMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? .min : .max }
    return product + attoseconds / 1_000_000_000_000_000
  }

  /// Whole microseconds, truncated and clamped to 64 bits.
  var inMicroseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    return product + attoseconds / 1_000_000_000_000
  }

  var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }
}
