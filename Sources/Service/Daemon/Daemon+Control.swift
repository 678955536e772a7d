internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Glibc
internal import Import
internal import Operations
internal import Platform
internal import Store
internal import Synchronization

extension Daemon {
  /// The path of the control socket.
  package var controlPath: String {
    ControlPath.resolve(
      given: options.control, configured: state.withLock { $0.settings.controlSocket }, store: store.location)
  }

  /// Listens for operators. The store's lock is held, so an existing socket belongs to a dead daemon.
  func startControl() throws -> ControlServer {
    let path = controlPath
    let handlers = requestHandlers()
    do {
      try Files.makeDirectories(FilePath.directory(of: path))
      let server = try ControlServer(path: path) { message, reply in
        await handlers.answer(message) { await reply.send($0) }
      }
      return server
    } catch let error as ControlError {
      let code = error.exitCode == EX_USAGE && options.control == nil ? EX_CONFIG : error.exitCode
      throw ServiceError(
        "\(error); give another place with --control or control_socket in reprise.yaml", exitCode: code)
    }
  }

  private func requestHandlers() -> RequestHandlers {
    let requests = ChannelRequests(
      responder: responder,
      configured: { [weak self] in try self?.configuredChannel($0) },
      running: { [weak self] name in
        self?.state.withLock { $0.channels.first { $0.name == name } }
      })
    let imports = ImportEndpoint(DirectImport(store: store, intake: intake, now: { [clock] in clock.now() }))
    var handlers = responder.handlers
    handlers.configuration = { [options] in Files.resolved(options.configuration) }
    handlers.on(requests.preview)
    handlers.on(requests.sendTest)
    handlers.on { [responder, weak self] (request: StatusRequest) in
      var status = try await responder.status(request)
      self?.complete(&status)
      return status
    }
    handlers.on { [weak self] (_: ReloadRequest) in
      guard let self else { throw ServiceError("the daemon is stopping", exitCode: EX_TEMPFAIL) }
      return try await reloadAnswer()
    }
    handlers.on { [sources] (request: SourcesRequest) in try sources.answer(request) }
    handlers.on("import") { await imports.answer($0) }
    return handlers
  }

  private func configuredChannel(_ name: ChannelName) throws -> Channel? {
    let settings = state.withLock { $0.settings }
    guard let channel = settings.channels.first(where: { $0.name == name }) else { return nil }
    return try channel.adapter.makeChannel(
      name, capture: nil, transfers: transfers, program: shop.current.program)
  }

  private func reloadAnswer() async throws -> ReloadAnswer {
    let report = await reload()
    if let error = report.error {
      throw ServiceError(
        "not reloaded, the old configuration stays in force; \(error)", exitCode: EX_CONFIG)
    }
    if let reason = report.unfollowed {
      throw ServiceError(
        "reloaded, but what waits cannot yet be asked again: \(reason); it is tried until it can, and nothing that was claimed before is handed over meanwhile",
        exitCode: EX_TEMPFAIL)
    }
    let program = shop.current.program
    return ReloadAnswer(
      configuration: Files.resolved(options.configuration), triggers: program.triggers.count,
      templates: program.templates.count, channels: program.channels.count,
      restartNeeded: report.restartNeeded, warnings: report.warnings)
  }

  /// Adds what only a running daemon knows.
  private func complete(_ status: inout StatusAnswer) {
    let zone = shop.current.program.brand.zone
    let (reload, since) = state.withLock { ($0.lastReload, $0.startedAt) }
    status.daemon = StatusAnswer.Daemon(
      pid: getpid(), since: OffsetTime(since, in: zone), underWay: dispatcher.underWay,
      capture: options.capture)
    status.reload = StatusAnswer.Reload(
      at: OffsetTime(reload.at, in: zone), error: reloadError(reload), restartNeeded: reload.restartNeeded)
    status.storeFailure = storeHealth.failure.map { "\($0)" }
    var channels = ByName<StatusAnswer.Channel>()
    for (name, lane) in dispatcher.metrics.snapshot.lanes.sorted(by: { $0.key < $1.key }) {
      channels.append(
        name.rawValue,
        StatusAnswer.Channel(state: lane.breaker, underWay: lane.underWay, window: lane.window))
    }
    status.channels = channels
    status.sources = sources.answers
  }

  /// Commands to try with this daemon.
  ///
  /// - Parameters:
  ///   - program: the program as it was called.
  ///   - options: the options by which a command finds this daemon.
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
