internal import Configuration
internal import Delivery
internal import Glibc
internal import Operations
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
    var style = TextStyle(Terminal(descriptor: 1, environment: environment), environment: environment)
    style.call = call
    return style
  }

  /// How another command is called that finds the same daemon.
  var call: ProgramCall { ProgramCall(program: CommandLine.arguments[0], options: sharedOptions) }

  var configuration: String {
    if let given = arguments["config"] { return given }
    return Files.exists("config/reprise.yaml") ? "config" : "/etc/reprise"
  }

  /// The configuration that the operator means; `nil` when the daemon is found by other words, and runs with its own.
  var namedConfiguration: String? {
    if let given = arguments["config"] { return given }
    let isFoundOtherwise = arguments["control"] != nil || arguments["store"] != nil || varDirectory != nil
    return isFoundOtherwise || configuration != "config" ? nil : configuration
  }

  /// Beside an installed service a command may well take the wrong configuration: then it says which it took, and why.
  var configurationNotice: String? {
    guard arguments["config"] == nil, arguments["store"] == nil, varDirectory == nil,
      configuration == "config",
      Files.exists("/etc/reprise/reprise.yaml")
    else { return nil }
    return
      "reprise: this is about ./config, because it is here; for the installed service: --config /etc/reprise\n"
  }

  /// Lets libpq find the password that the installed service would: `credentials/pgpass` beside `reprise.yaml`. To be
  /// called before any thread is started.
  func adoptPasswordFile() {
    if let file = passwordFile { setenv("PGPASSFILE", file, 1) }
  }

  private var passwordFile: String? {
    guard environment["PGPASSFILE"] == nil else { return nil }
    let file = FilePath.join(configuration, "credentials/pgpass")
    return Files.isReadable(file) ? file : nil
  }

  /// The variables for programs that this one starts.
  var processEnvironment: Environment {
    var environment = environment
    if let file = passwordFile { environment.values["PGPASSFILE"] = file }
    return environment
  }

  /// The directory for everything that a run leaves behind; `nil` leaves that to the configuration. The example shop never
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
    let parts: OperationsClient.Parts = { request, part in
      try await OfflineService.perform(request, options, log: .silent, part: part)
    }
    return OperationsClient(
      control: controlPath, configuration: namedConfiguration, localParts: parts
    ) { request in
      let (answer, journalSetAside) = try await OfflineService.perform(request, options, log: .silent)
      // The text of a restore says it itself.
      if let journalSetAside, !(request is RestoredRequest) {
        Console.complain(JournalText.text(setAside: journalSetAside))
      }
      return Reply(answer, journalSetAside: journalSetAside).json
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
  func show(_ answer: some JSONRepresentable, text: (TextStyle) -> String) {
    Console.write(wantsJSON ? answer.json.text(pretty: true) + "\n" : text(style))
  }
}
