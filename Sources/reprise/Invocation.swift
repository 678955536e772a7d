internal import Configuration
internal import Delivery
internal import Glibc
internal import Import
internal import Operations
internal import Platform
internal import Service

/// The input of a command: the command line, and what follows from the common options.
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
    var style = TextStyle(Terminal(descriptor: 1, environment: environment), environment: environment)
    style.call = call
    return style
  }

  /// How to call another command that finds the same daemon.
  var call: ProgramCall { ProgramCall(program: CommandLine.arguments[0], options: sharedOptions) }

  var configuration: String {
    if let given = arguments["config"] { return given }
    return Files.exists("config/reprise.yaml") ? "config" : "/etc/reprise"
  }

  /// The configuration that the operator means; `nil` if the daemon is found by other means and runs with its own.
  var namedConfiguration: String? {
    if let given = arguments["config"] { return given }
    let isFoundOtherwise = arguments["control"] != nil || arguments["store"] != nil || varDirectory != nil
    return isFoundOtherwise || configuration != "config" ? nil : configuration
  }

  /// On a machine with an installed service, a command may easily use the wrong configuration, so it prints which one
  /// it used, and why.
  var configurationNotice: String? {
    guard arguments["config"] == nil, arguments["store"] == nil, varDirectory == nil,
      configuration == "config",
      Files.exists("/etc/reprise/reprise.yaml")
    else { return nil }
    return
      "reprise: this is about ./config, because it is here; for the installed service: --config /etc/reprise\n"
  }

  /// Lets libpq find the password that the installed service would use: `credentials/pgpass` next to
  /// `reprise.yaml`. Call before any thread is started.
  func adoptPasswordFile() {
    if let file = passwordFile { setenv("PGPASSFILE", file, 1) }
  }

  private var passwordFile: String? {
    guard environment["PGPASSFILE"] == nil else { return nil }
    let file = FilePath.join(configuration, "credentials/pgpass")
    return Files.isReadable(file) ? file : nil
  }

  /// The environment for child processes.
  var processEnvironment: Environment {
    var environment = environment
    if let file = passwordFile { environment.values["PGPASSFILE"] = file }
    return environment
  }

  /// The directory for all files of a run; `nil` leaves them to the configuration. The example shop never uses the
  /// configured store unless asked.
  var varDirectory: String? {
    arguments["var"] ?? (arguments.has("demo") && arguments["store"] == nil ? "var" : nil)
  }

  /// The overrides of the configuration.
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
    let parts: OperationsClient.Parts = { request, part in
      try await OfflineService.perform(request, options, log: .silent, part: part)
    }
    return OperationsClient(
      control: controlPath, configuration: namedConfiguration, localParts: parts
    ) { request in
      let (answer, journalSetAside) = try await OfflineService.perform(request, options, log: .silent)
      // A restore prints this itself.
      if let journalSetAside, !(request is RestoredRequest) {
        Console.complain(JournalText.text(setAside: journalSetAside))
      }
      return Reply(answer, journalSetAside: journalSetAside).json
    }
  }

  /// Loads the configuration; throws its report if it has an error.
  func load() throws -> LoadedConfiguration<any AdapterSettings, SourceSettings> {
    let (loaded, report) = ConfigurationSource(options).load(secrets: .unneeded)
    guard let loaded else {
      throw ServiceError(
        report.rendered(colour: Terminal(descriptor: 2, environment: environment).usesColor),
        exitCode: ExitCode.configuration.rawValue)
    }
    return loaded
  }

  /// Prints the answer as JSON if requested, else as `text`.
  func show(_ answer: some JSONRepresentable, text: (TextStyle) -> String) {
    if wantsJSON {
      Console.write(json: answer.json.text(pretty: true) + "\n")
    } else {
      Console.write(text(style))
    }
  }
}
