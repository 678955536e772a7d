internal import Configuration
internal import Glibc
internal import Platform
internal import Service

/// `reprise run`: the daemon, in the foreground.
enum RunCommand: Command {
  static let spec = CommandLineSpec.Command(
    "run", "Run the daemon in the foreground",
    options: startOptions + [
      .init("log-format", "logfmt, json or journal; what suits standard error if not given", value: "FORMAT"),
      .init("log-level", "debug, info, notice, warning or error", value: "LEVEL", default: "info"),
      .init("no-integrity-check", "do not look through the store for damage at the start"),
    ])

  /// The options that affect whether it can start.
  static let startOptions: [CommandLineSpec.Option] = [
    .init(
      "demo", "fill an empty store with an example shop and capture every message, all below ./var or --var"
    ),
    .init("capture", "write messages into files below DIR instead of sending them", value: "DIR"),
    .init("listen", "where events come in, instead of the configured place", value: "ADDR:PORT"),
  ]

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let arguments = invocation.arguments
    var options = try startOptions(of: invocation)
    options.checksIntegrity = !arguments.has("no-integrity-check")
    let writer = try LogWriter(format: try format(arguments))
    writer.flushAtExit()
    let log = Logger(to: writer, minimum: try level(arguments))
    guard let signals = invocation.signals else { return EX_SOFTWARE }
    if let directory = invocation.varDirectory { try Files.makeDirectories(directory) }

    let output = Terminal(descriptor: 1, environment: invocation.environment)
    let showsNextSteps = arguments.has("demo") || output.isTerminal
    let style = invocation.style
    let shared = invocation.sharedOptions
    return try await Daemon.start(options: options, log: log, signals: signals.stream) { daemon in
      guard showsNextSteps else { return }
      let text = daemon.nextSteps(program: CommandLine.arguments[0], options: shared).text(style)
      // After the first log lines, so that it stays visible.
      Task {
        try? await Task.sleep(for: .seconds(2))
        writer.flush()
        Console.complain(text)
      }
    }
  }

  /// The command line's overrides, with `startOptions`.
  static func startOptions(of invocation: Invocation) throws -> ServiceOptions {
    let arguments = invocation.arguments
    var options = invocation.options
    options.isDemo = arguments.has("demo")
    options.capture = arguments["capture"]
    if options.isDemo, options.capture == nil {
      options.capture = FilePath.join(invocation.varDirectory ?? "var", "outbox")
    }
    if let text = arguments["listen"] { options.listen = try address(text, of: arguments.command) }
    return options
  }

  private static func address(_ text: String, of command: String) throws -> ListenAddress {
    var context = DecodingContext(file: "--listen")
    let node = YAMLNode(.scalar(YAMLScalar(text, style: .plain)), span: YAMLSpan(start: .start, end: .start))
    guard let address = Shape<ListenAddress>.listenAddress.read(node, &context) else {
      throw UsageError(
        "'--listen \(text)' must be an address and a port, such as 127.0.0.1:8750 or [::1]:8750",
        "reprise \(command)")
    }
    return address
  }

  /// The log format, if a valid one was requested.
  static func explicitFormat(_ arguments: Arguments) -> LogFormat? {
    guard arguments.command == spec.name, arguments["log-format"] != nil else { return nil }
    return try? format(arguments)
  }

  private static func format(_ arguments: Arguments) throws -> LogFormat {
    switch arguments["log-format"] {
    case nil: return .detect()
    case "logfmt": return .logfmt
    case "json": return .json
    case "journal": return .journal
    case let other?:
      throw UsageError(
        "'--log-format \(other)' must be logfmt, json or journal", "reprise run", near: other,
        among: ["logfmt", "json", "journal"])
    }
  }

  private static func level(_ arguments: Arguments) throws -> LogLevel {
    let word = arguments["log-level"] ?? LogLevel.info.rawValue
    guard let level = LogLevel(word: word) else {
      let words = LogLevel.allCases.map(\.rawValue)
      throw UsageError(
        "'--log-level \(word)' must be one of \(words.joined(separator: ", "))", "reprise run", near: word,
        among: words)
    }
    return level
  }
}
