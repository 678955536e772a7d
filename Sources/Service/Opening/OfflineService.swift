internal import Configuration
internal import Decisioning
internal import Delivery
package import Domain
internal import Glibc
package import Operations
package import Platform
internal import Store

/// The service without a daemon: the store opened by this process for one command.
package struct OfflineService: Sendable {
  private let open: OpenShop
  private let handlers: RequestHandlers

  /// What a command does with the store, in increasing order.
  package enum Purpose: Equatable, Sendable {
    /// Only reads.
    case look
    /// Changes what is stored.
    case change
    /// Accepts a store restored from a backup.
    case restore
    /// Pauses or resumes a trigger, which the store may not know yet.
    case steer
    /// Sends a message, which needs the secrets of its channel.
    case send(ChannelName)
    /// Imports; creates a missing SQLite file. Nothing else does, because a file created by root would be
    /// inaccessible to the daemon.
    case fill
  }

  /// Takes the store's lock, and migrates the schema as a daemon would.
  ///
  /// - Throws: `ServiceError` for the configuration, `StoreError` for the store.
  package init(_ options: ServiceOptions, for purpose: Purpose, log: Logger) async throws {
    var options = options
    options.checksIntegrity = false
    options.keepsBallast = false
    options.acceptsOlderCopy = purpose == .restore
    options.attachesJournal = purpose != .look
    if purpose != .fill { try Self.requireStore(options) }
    var secrets = ConfigurationSource.Secrets.unneeded
    if case .send(let channel) = purpose { secrets = .neededBy(channel) }
    open = try await OpenShop.open(
      options, log: log, secrets: secrets, registers: purpose == .steer || purpose == .fill)
    let (settings, program) = (open.settings, open.shop.current.program)
    let channel: @Sendable (ChannelName) throws -> Channel? = { name in
      guard let channel = settings.channels.first(where: { $0.name == name }) else { return nil }
      return try channel.adapter.makeChannel(
        name, capture: nil, transfers: try TransferEngine(), program: program)
    }
    let requests = ChannelRequests(responder: open.responder, configured: channel, running: channel)
    var handlers = open.responder.handlers
    handlers.on(requests.preview)
    handlers.on(requests.sendTest)
    handlers.on { [open] (_: RestoredRequest) in try await open.acceptRestore() }
    self.handlers = handlers
  }

  private static func requireStore(_ options: ServiceOptions) throws {
    guard let url = options.store ?? DaemonAddress(configuration: options.configuration).store,
      case .sqlite(let path) = try StoreLocation(url: url), !Files.exists(path)
    else { return }
    try StoreLocation.sqlite(path: path).requireNoRemains()
    throw ServiceError(
      "store: there is no \(path) yet; start the daemon or import something first", exitCode: EX_NOINPUT)
  }

  /// Answers as the daemon would.
  package func perform(_ message: JSON) async -> JSON { await handlers.answer(message) }

  /// Stores the rows of an import.
  package var importSink: DirectImport {
    DirectImport(
      store: open.store, intake: open.intake,
      replanner: Replanner(store: open.store, shop: open.shop),
      now: { [clock = open.clock] in clock.now() })
  }

  /// The number of customers with imported rows not planned yet.
  package func unplannedCount() async throws -> Int { try await open.unplannedCount() }

  /// Plans for imported customers; a running daemon does this itself.
  ///
  /// - Parameter report: called now and then with the number of customers planned.
  package func planImported(report: (Int) -> Void) async throws {
    try await open.planImported(report: report)
  }

  /// Closes the store and releases its lock.
  package func close() async { await open.close() }

  /// Opens, answers one request in parts, closes.
  package static func perform(
    _ request: some PartedRequest, _ options: ServiceOptions, log: Logger,
    part: @escaping @Sendable (JSON) -> Void
  ) async throws {
    let service = try await OfflineService(options, for: Purpose(request), log: log)
    await service.handlers.answer(request.message) { json in
      part(json)
      return true
    }
    await service.close()
  }

  /// Opens, answers one request, closes.
  ///
  /// - Returns: the answer or the failure; and the new name of another shop's consent journal, if one was in
  ///   the place of this store's.
  package static func perform(
    _ request: some OperatorRequest, _ options: ServiceOptions, log: Logger
  ) async throws -> (answer: JSON, journalSetAside: String?) {
    let service = try await OfflineService(options, for: Purpose(request), log: log)
    let answer = await service.perform(request.message)
    await service.close()
    return (answer, service.open.store.journalSetAside)
  }
}

extension OfflineService.Purpose {
  init<Request: OperatorRequest>(_ request: Request) {
    self =
      switch Request.effect {
      case .look: .look
      case .change: .change
      case .steer: .steer
      case .restore: .restore
      case .send: .send((request as? SendTestRequest)?.channel ?? "")
      }
  }
}
