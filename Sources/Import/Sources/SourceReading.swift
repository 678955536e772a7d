internal import Configuration
internal import Domain
internal import Platform

/// Combines and cross-checks the keys of a source.
struct SourceReading {
  private var kind = ImportKind.customers
  private var from: Located<String>?
  private var every: Located<Duration>?
  private var at: Located<ClockTime>?
  private var given: [(option: ImportOption, values: [Located<String>])] = []
  private var login = SourceLogin()

  init(_ parts: [SourceSettings.Part]) {
    for part in parts {
      switch part {
      case .nothing: break
      case .kind(let value): kind = value
      case .from(let value): from = value
      case .every(let value): every = value
      case .at(let value): at = value
      case .option(let option, let values): given.append((option, values))
      case .files(let value): login.files = value
      case .username(let value): login.username = value
      case .password(let value): login.password = value
      case .headers(let value): login.headers = value
      case .authorities(let value): login.authorities = value
      case .plainWeb(let value): login.plainWeb = value
      case .keyFile(let value): login.keyFile = value
      case .knownHosts(let value): login.knownHosts = value
      }
    }
  }

  /// `nil` if an error was reported.
  func settings(_ node: YAMLNode, _ context: inout DecodingContext) -> SourceSettings? {
    let options = options(&context)
    // A missing key was reported already.
    let place = from.flatMap { login.place($0, &context) }
    guard let place, let options, let rhythm = rhythm(place, &context) else { return nil }
    return SourceSettings(place: place, rhythm: rhythm, options: options)
  }

  private func options(_ context: inout DecodingContext) -> ImportOptions? {
    var options = ImportOptions(kind: kind)
    var isGood = true
    for (option, values) in given {
      for value in values {
        do {
          try option.take(value.value, into: &options)
        } catch {
          context.report(value.span, error.text(inFile: "'\(option.key)'"))
          isGood = false
        }
      }
    }
    return isGood ? options : nil
  }

  private func rhythm(_ place: SourcePlace, _ context: inout DecodingContext) -> SourceRhythm? {
    if let every, let at {
      context.report(
        max(every.span, at.span), "'every' and 'at' cannot stand together in source", hint: "keep one")
      return nil
    }
    return at.map { .at($0.value) } ?? .every(every?.value ?? place.usualInterval)
  }
}

/// The later of two places in one file.
private func max(_ a: YAMLSpan, _ b: YAMLSpan) -> YAMLSpan {
  (a.start.line, a.start.column) > (b.start.line, b.start.column) ? a : b
}
