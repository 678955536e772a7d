import Domain

extension Renderer {
  /// Writes a time on the customer's clock and in their language.
  ///
  /// Reads instants, seconds since 1970, `now` and `today`, and dates written as text. What is no date stays as it is,
  /// as in Liquid. The format is that of `strftime`, or one of the names `short`, `long` and `time`.
  func date(_ input: LiquidValue, _ format: LiquidValue?) throws(FilterFailure) -> LiquidValue {
    let environment = context.environment
    let pattern = format.map(text) ?? "long"
    if pattern.isEmpty { return input }
    let time: LocalTime
    switch input {
    case .plain(.instant(let instant)): time = environment.localTime(instant)
    case .plain(.integer(let seconds)): time = environment.localTime(Instant(clampingSeconds: seconds))
    case .plain(.string(let text)), .safe(let text):
      guard let parsed = environment.localTime(of: text) else { return input }
      time = parsed
    default: return input
    }
    let names = DateNames(locale: environment.locale)
    let written = strftime(names.pattern(named: pattern) ?? pattern, time, names)
    guard written.utf8.count <= context.limits.outputBytes else {
      throw FilterFailure("the format is too long")
    }
    return .string(written)
  }
}

extension Instant {
  init(clampingSeconds seconds: Int64) {
    self.init(seconds: max(-200_000_000_000, min(seconds, 200_000_000_000)))
  }
}
