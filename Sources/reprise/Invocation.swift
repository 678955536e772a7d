internal import Configuration
internal import Delivery
internal import Platform
internal import Service

/// What every command gets: the command line, and what follows from the options that all commands share.
struct Invocation: Sendable {
  let arguments: Arguments
  /// For `run` only.
  let signals: Signals?
  let environment = Environment.process

  init(_ arguments: Arguments, signals: Signals?) {
    self.arguments = arguments
    self.signals = signals
  }

  static let commonOptions: [CommandLineSpec.Option] = [
    .init(
      "config", "the directory with reprise.yaml; ./config if there is one, else /etc/reprise", value: "DIR"),
    .init("var", "keep store, control socket and captured messages below DIR", value: "DIR"),
    .init(
      "store", "sqlite:///path or postgresql://user@host/database instead of the configured one", value: "URL"
    ),
    .init("control", "the daemon's control socket, if it is not in its usual place", value: "PATH"),
    .init("json", "answer in JSON, for programs"),
  ]

  var wantsJSON: Bool { arguments.has("json") }
  var style: TextStyle {
    TextStyle(Terminal(descriptor: 1, environment: environment), environment: environment)
  }

  var configuration: String {
    if let given = arguments["config"] { return given }
    return Files.exists("config/reprise.yaml") ? "config" : "/etc/reprise"
  }

  /// Where everything is kept that a run leaves behind; `nil` leaves it to the configuration. The example shop never
  /// goes into the configured store unasked.
  var varDirectory: String? {
    arguments["var"] ?? (arguments.has("demo") && arguments["store"] == nil ? "var" : nil)
  }

  /// What the command line says over the configuration.
  var options: ServiceOptions {
    let directory = varDirectory
    return ServiceOptions(
      configuration: configuration,
      store: arguments["store"] ?? directory.map { "sqlite:" + FilePath.join($0, "reprise.db") },
      control: arguments["control"] ?? directory.map { FilePath.join($0, "control.sock") },
      environment: environment)
  }

  /// The options by which another command finds the same daemon.
  var sharedOptions: [String] {
    let given = [
      ("config", arguments["config"]), ("var", varDirectory), ("store", arguments["store"]),
      ("control", arguments["control"]),
    ]
    return given.flatMap { name, value in value.map { ["--\(name)", $0] } ?? [] }
  }

  var controlPath: String {
    let options = options
    return DaemonAddress(configuration: options.configuration).controlPath(
      given: options.control, store: options.store)
  }

  var client: OperationsClient {
    let options = options
    return OperationsClient(control: controlPath) { request in
      try await OfflineService.perform(request, options, log: .silent)
    }
  }

  /// The configuration; throws its report when there is an error in it.
  func load() throws -> LoadedConfiguration<any AdapterSettings> {
    let (loaded, report) = ConfigurationSource(options).load(secrets: .unneeded)
    guard let loaded else {
      throw ServiceError(
        report.rendered(colour: Terminal(descriptor: 2, environment: environment).usesColor),
        exitCode: ExitCode.configuration.rawValue)
    }
    return loaded
  }

  /// Prints the answer as JSON when that is wanted, else as `text` puts it.
  func show(_ answer: JSON, text: (TextStyle) -> String) {
    Console.write(wantsJSON ? answer.text(pretty: true) + "\n" : text(style))
  }
}
