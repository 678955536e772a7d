import Domain

extension Renderer {
  /// Formats a time in the customer's zone and language.
  ///
  /// Accepts instants, seconds since 1970, `now` and `today`, and dates written as text. Anything else is
  /// unchanged, as in Liquid. The format is `strftime`'s, or one of the names `short`, `long` and `time`.
  mutating func date(_ input: LiquidValue, _ format: LiquidValue) throws -> LiquidValue {
    let environment = context.environment
    let pattern = text(format)
    if pattern.isEmpty { return input }
    guard pattern.utf8.count <= Self.longestDatePattern else {
      throw FilterFailure("the format is longer than \(Self.longestDatePattern) bytes")
    }
    let time: LocalTime
    switch input {
    case .plain(.instant(let instant)): time = environment.localTime(instant)
    case .plain(.integer(let seconds)): time = environment.localTime(Instant(clampingSeconds: seconds))
    case .plain(.string(let text)), .safe(let text):
      try pay(Work.date)
      guard let parsed = environment.localTime(of: text) else { return input }
      time = parsed
    default: return input
    }
    let names = DateNames(locale: environment.locale)
    return .string(strftime(names.pattern(named: pattern) ?? pattern, time, names))
  }

  /// One directive may be 1024 characters wide.
  private static let longestDatePattern = 1024
}

extension Instant {
  init(clampingSeconds seconds: Int64) {
    self.init(seconds: max(-200_000_000_000, min(seconds, 200_000_000_000)))
  }
}
