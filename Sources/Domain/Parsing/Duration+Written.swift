extension Duration {
  /// The units of durations in files with their milliseconds, largest first.
  package static let writtenUnits: [(name: String, milliseconds: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// As written in files: `1h30m`. Fractions of a millisecond are dropped; zero and negative durations are
  /// `0s`.
  package var written: String {
    var left = milliseconds
    var text = ""
    for unit in Self.writtenUnits where left >= unit.milliseconds {
      text += "\(left / unit.milliseconds)\(unit.name)"
      left %= unit.milliseconds
    }
    return text.isEmpty ? "0s" : text
  }

  /// As people count: `90d`, not `12w6d`. Other durations as in `written`.
  package var writtenInDays: String {
    let (days, rest) = milliseconds.quotientAndRemainder(dividingBy: 86_400_000)
    return rest == 0 && days > 0 ? "\(days)d" : written
  }
}
