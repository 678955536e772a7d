package import Configuration
internal import Domain
internal import Platform

extension SourceSettings {
  /// One entry of `sources:` in `reprise.yaml`.
  package static let shape: Shape<SourceSettings> = {
    let parts = Shape<[Part]>.mapping("source", fields)
    return Shape<SourceSettings>(parts.schema) { node, context in
      guard let parts = parts.read(node, &context) else { return nil }
      return SourceReading(parts).settings(node, &context)
    }
  }()

  /// The value of one key.
  fileprivate enum Part: Sendable {
    case nothing
    case kind(ImportKind)
    case from(Located<String>)
    case files(Located<String>)
    case every(Located<Duration>)
    case at(Located<ClockTime>)
    case option(ImportOption, [Located<String>])
  }

  private static let fields: [Field<Part>] =
    [
      .required("import", Shape<ImportKind>.word().map { .kind($0) }, "What the rows are."),
      .required(
        "from",
        Shape<String>.text(maximum: 2000, example: "/srv/exports/orders")
          .described(expected: "a folder such as /srv/exports/orders").located().map { .from($0) },
        "A folder of this machine; one that does not begin with / starts from the configuration directory."),
      .optional(
        "files",
        Shape<String>.text(maximum: 200, example: "\"orders-*.csv\"").refusing(folders).located()
          .map { .files($0) }, absent: .nothing,
        "Which files of the folder, with * and ?; *.csv if not given. Capitals do not count."),
      .optional(
        "every",
        Shape<Duration>.duration(maximum: .seconds(31 * 86_400), example: "15m").refusing(haste).located()
          .map { .every($0) }, absent: .nothing, "How often it is looked for news; 1m if not given."),
      .optional(
        "at", Shape<ClockTime>.clockTime.described(example: "\"03:30\"").located().map { .at($0) },
        absent: .nothing, "Instead of every: each day at this time, by the shop's clock."),
    ] + ImportOption.all.map(field)

  private static func field(_ option: ImportOption) -> Field<Part> {
    let summary = option.help.prefix(1).uppercased() + option.help.dropFirst() + "."
    guard option.value != nil else {
      let flag = Shape<Bool>.bool.located().map { flag in
        Part.option(option, flag.value ? [Located("", at: flag.span, in: flag.file)] : [])
      }
      return .optional(option.key, flag, absent: .nothing, summary)
    }
    let text: Shape<String> =
      option.words.map { .word(among: $0) } ?? .text(maximum: 1000, example: option.example)
    let values = option.isRepeated ? .oneOrMany(text.located()) : text.located().map { [$0] }
    return .optional(option.key, values.map { .option(option, $0) }, absent: .nothing, summary)
  }

  private static let folders: @Sendable (String) -> ScalarProblem? = { pattern in
    guard pattern.utf8.contains(UInt8(ascii: "/")) else { return nil }
    return .objection("holds a '/'", hint: "folders below are not looked into; name each with from")
  }

  private static let haste: @Sendable (Duration) -> ScalarProblem? = { interval in
    interval < .seconds(1) ? .objection("is too short", hint: "give 1s or more") : nil
  }
}

/// Combines and cross-checks the keys of a source.
private struct SourceReading {
  private var kind = ImportKind.customers
  private var from: Located<String>?
  private var files: Located<String>?
  private var every: Located<Duration>?
  private var at: Located<ClockTime>?
  private var given: [(option: ImportOption, values: [Located<String>])] = []

  init(_ parts: [SourceSettings.Part]) {
    for part in parts {
      switch part {
      case .nothing: break
      case .kind(let value): kind = value
      case .from(let value): from = value
      case .files(let value): files = value
      case .every(let value): every = value
      case .at(let value): at = value
      case .option(let option, let values): given.append((option, values))
      }
    }
  }

  /// `nil` if an error was reported.
  func settings(_ node: YAMLNode, _ context: inout DecodingContext) -> SourceSettings? {
    let options = options(&context)
    let rhythm = rhythm(&context)
    guard let place = place(&context), let options, let rhythm else { return nil }
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

  private func rhythm(_ context: inout DecodingContext) -> SourceRhythm? {
    if let every, let at {
      context.report(
        max(every.span, at.span), "'every' and 'at' cannot stand together in source", hint: "keep one")
      return nil
    }
    return at.map { .at($0.value) } ?? .every(every?.value ?? .seconds(60))
  }

  private func place(_ context: inout DecodingContext) -> SourcePlace? {
    // A missing key was reported already.
    guard let from else { return nil }
    let pattern = FilePattern(files?.value ?? "*.csv")
    if let colon = from.value.firstRange(of: "://") {
      context.report(
        from.span,
        "'from' must be a folder, not \(Quoting.quoted(String(from.value[..<colon.upperBound])))...",
        hint: "write its path, as /srv/exports/orders")
      return nil
    }
    let path = context.environment.root.map { FilePath.join($0.path, from.value) } ?? from.value
    look(at: path, named: from.span, &context)
    return .folder(path, pattern)
  }

  /// Warns about a missing folder; not an error, since the configuration may be checked on another machine, and the
  /// folder may be created later.
  private func look(at path: String, named span: YAMLSpan, _ context: inout DecodingContext) {
    guard context.environment.secrets != nil else { return }
    let shown = Quoting.quoted(path)
    do {
      guard try !Files.status(path).isDirectory else { return }
      context.report(
        span, "'from' names \(shown), which is not a folder",
        hint: "name the folder that it is in, and it with files: \(FilePath.name(of: path))",
        severity: .warning)
    } catch {
      guard error.problem == .notFound else { return }
      context.report(
        span, "'from' names \(shown), which does not exist",
        hint: "make it, or correct the path; until then nothing is imported", severity: .warning)
    }
  }
}

/// The later of two places in one file.
private func max(_ a: YAMLSpan, _ b: YAMLSpan) -> YAMLSpan {
  (a.start.line, a.start.column) > (b.start.line, b.start.column) ? a : b
}
