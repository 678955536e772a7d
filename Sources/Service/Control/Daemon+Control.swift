internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Platform
internal import Store
internal import Synchronization

extension Daemon {
  /// Where operators reach this daemon.
  package var controlPath: String {
    ControlPath.resolve(
      given: options.control, configured: state.withLock { $0.settings.controlSocket }, store: store.location)
  }

  /// Listens for operators. The store's lock is held, so a socket that is there is a dead daemon's.
  func startControl() throws {
    let path = controlPath
    let endpoint = controlEndpoint()
    do {
      try Files.makeDirectories(FilePath.directory(of: path))
      let server = try ControlServer(path: path) { request, reply in await endpoint.answer(request, reply) }
      state.withLock { $0.control = server }
    } catch let error as ControlError {
      let code = error.exitCode == EX_USAGE && options.control == nil ? EX_CONFIG : error.exitCode
      throw ServiceError(
        "\(error); give another place with --control or control_socket in reprise.yaml", exitCode: code)
    }
  }

  private func controlEndpoint() -> ControlEndpoint {
    let requests = ChannelRequests(
      operations: operations,
      configured: { [weak self] in try self?.configuredChannel($0) },
      running: { [weak self] name in
        self?.state.withLock { $0.channels.first { $0.name == name } }
      })
    let imports = ImportEndpoint(DirectImport(store: store, intake: intake, now: { [clock] in clock.now() }))
    return ControlEndpoint(
      operations,
      handlers: [
        "import": { await imports.answer($0) }, "preview": { await requests.preview($0) },
        "send-test": { await requests.sendTest($0) },
        "reload": { [weak self] _ in
          await self?.reloadAnswer() ?? [
            "error": "the daemon is stopping", "exit": .integer(Int64(EX_TEMPFAIL)),
          ]
        },
      ],
      live: { [weak self] in self?.live ?? JSONObject() })
  }

  private func configuredChannel(_ name: ChannelName) throws -> Channel? {
    let settings = state.withLock { $0.settings }
    guard let channel = settings.channels.first(where: { $0.name == name }) else { return nil }
    return try channel.adapter.makeChannel(
      name, capture: nil, transfers: transfers, program: shop.current.program)
  }

  private func reloadAnswer() async -> JSON {
    let report = await reload()
    if let error = report.error {
      return [
        "error": .string("not reloaded, the old configuration stays in force; \(error)"),
        "exit": .integer(Int64(EX_CONFIG)),
      ]
    }
    if let reason = report.unfollowed {
      return [
        "error": .string(
          "reloaded, but what waits cannot yet be asked again: \(reason); it is tried until it can, and nothing that was claimed before is handed over meanwhile"
        ),
        "exit": .integer(Int64(EX_TEMPFAIL)),
      ]
    }
    let program = shop.current.program
    return [
      "reloaded": true, "triggers": .integer(Int64(program.triggers.count)),
      "templates": .integer(Int64(program.templates.count)),
      "channels": .integer(Int64(program.channels.count)),
      "restart_needed": .array(report.restartNeeded.map { .string($0) }),
    ]
  }

  /// What the daemon adds to `status`.
  private var live: JSONObject {
    let zone = shop.current.program.brand.zone
    let (reload, since) = state.withLock { ($0.lastReload, $0.startedAt) }
    var object: JSONObject = [
      "daemon": [
        "pid": .integer(Int64(getpid())), "since": .string(since.iso8601(in: zone)),
        "under_way": .integer(Int64(dispatcher.underWay)),
      ],
      "reload": [
        "at": .string(reload.at.iso8601(in: zone)), "error": reloadError(reload).map { .string($0) } ?? .null,
        "restart_needed": .array(reload.restartNeeded.map { .string($0) }),
      ],
    ]
    if let failure = storeHealth.failure { object["store_failure"] = .string("\(failure)") }
    var channels = JSONObject()
    // By the numbers of `DeliveryMetrics`.
    let words = ["closed", "half_open", "open", "stopped"]
    for (name, lane) in dispatcher.metrics.snapshot.lanes.sorted(by: { $0.key < $1.key }) {
      channels[name.rawValue] = [
        "state": .string(words[min(max(lane.breaker, 0), 3)]), "under_way": .integer(Int64(lane.underWay)),
        "window": .integer(Int64(lane.window)),
      ]
    }
    object["channels"] = .object(channels)
    return object
  }

  /// What to try with this daemon.
  ///
  /// - Parameters:
  ///   - program: the program as it was called.
  ///   - options: those by which a command finds this daemon.
  package func nextSteps(program name: String, options arguments: [String]) -> NextSteps {
    let program = shop.current.program
    let trigger = program.triggers["welcome"] ?? program.triggers.values.min { $0.id < $1.id }
    return NextSteps(
      program: name, options: arguments, address: webAddress, writeKey: writeKey,
      configuration: options.configuration, customer: options.isDemo ? "ann" : nil,
      template: trigger?.steps.first?.template, trigger: trigger?.id.rawValue,
      triggerFile: trigger.flatMap { Self.file(of: $0.id, in: options.configuration) },
      currency: program.brand.currency.code, capture: options.capture, pid: getpid())
  }

  private var writeKey: WriteKeyPlace? {
    if options.isDemo { return .known("demo") }
    let keys = state.withLock { $0.settings.http.writeKeys }
    return WriteKeyPlace(
      of: keys, in: options.configuration,
      credentials: ConfigurationSource(options).credentialsDirectory)
  }

  private static func file(of trigger: TriggerID, in configuration: String) -> String? {
    let directory = FilePath.join(configuration, "triggers")
    let names = (try? Files.names(in: directory)) ?? []
    return names.sorted().map { FilePath.join(directory, $0) }.first { path in
      guard path.hasSuffix(".yaml"), let bytes = try? Files.read(path, limit: 1 << 20) else { return false }
      return YAMLDocument(parsing: bytes).root?["trigger"]?.scalar?.text == trigger.rawValue
    }
  }
}
