internal import Configuration
internal import Decisioning
internal import Delivery
internal import Domain
internal import Platform
internal import Store
internal import Synchronization
internal import Web

extension Daemon {
  /// Listens for events.
  func startWeb() throws -> WebServer {
    let settings = state.withLock { $0.settings }
    let program = shop.current.program
    try requirePrivacy(listenAddress(settings), settings)
    let configuration = webConfiguration(settings, program)
    if configuration.writeKeys.isEmpty {
      log.warning(
        "no_write_key",
        ["advice": "events are answered 401; save a key that write_keys in reprise.yaml names, and reload"])
    }
    let web = try listen(configuration)
    state.withLock { $0.web = web }
    return web
  }

  private func listen(_ configuration: WebConfiguration) throws -> WebServer {
    do {
      return try WebServer.start(configuration, services, log: log)
    } catch {
      guard case .cannotListen = error else { throw error }
      throw ServiceError("\(error); \(WebAddress.advice)", exitCode: ServiceError(telling: error).exitCode)
    }
  }

  /// The address for events, `127.0.0.1:8750`.
  package var webAddress: String? {
    state.withLock { state in
      state.web.map { "\(listenAddress(state.settings).host):\($0.port)" }
    }
  }

  /// Applies the configuration's rules also to the command line, and to a publicly known key.
  private func requirePrivacy(
    _ address: ListenAddress, _ settings: Settings<any AdapterSettings>
  ) throws(ServiceError) {
    if address.isLoopback { return }
    guard settings.http.isExposed else {
      throw ServiceError(
        "http: \(address) is open beyond this machine, without TLS; listen on 127.0.0.1 behind a proxy with TLS, or add exposed: true under http: where one stands before it",
        exitCode: 78)
    }
    guard !options.isDemo else {
      throw ServiceError(
        "http: the example shop has a key that everybody knows and is not served beyond this machine; listen on 127.0.0.1",
        exitCode: 78)
    }
    log.warning(
      "listening_openly",
      ["listen": "\(address)", "advice": "let a proxy with TLS or a firewall stand before it"])
  }

  private func listenAddress(_ settings: Settings<any AdapterSettings>) -> ListenAddress {
    options.listen ?? settings.http.listen
  }

  func webConfiguration(
    _ settings: Settings<any AdapterSettings>, _ program: Program
  ) -> WebConfiguration {
    let listen = listenAddress(settings)
    var listener = HTTPServer.Configuration(address: listen.host, port: UInt16(clamping: listen.port))
    if settings.http.isBehindProxy { listener.maximumConnectionsPerAddress = 0 }
    // A key that is missing on this machine is empty; the example shop has a public one.
    var keys = settings.http.writeKeys.map { $0.reveal() }.filter { !$0.isEmpty }
    if options.isDemo { keys.append("demo") }
    var configuration = WebConfiguration(
      listener: listener, writeKeys: keys, brandName: program.brand.name,
      decoder: TrackingDecoder(program))
    configuration.publicURL = settings.http.publicURL
    configuration.hooks = hookSettings(settings.http.hooks, program)
    configuration.hosts = settings.http.hosts
    configuration.locale = program.brand.locale
    configuration.version = Version.text
    return configuration
  }

  /// Stores events, with their source as evidence of consent.
  var take: @Sendable ([IncomingEvent], String) async throws -> TakenEvents {
    { [intake, shop, consentWatch, clock] events, source in
      consentWatch.look(at: events, channels: shop.current.program.channels)
      let receipt = try await intake.take(events, now: clock.now(), source: source)
      return TakenEvents(
        stored: receipt.stored, duplicates: receipt.duplicates, problems: receipt.refusals.map(\.problem))
    }
  }

  private var services: WebServices {
    var services = WebServices(
      take: { [take] events in try await take(events, "identify") },
      readUnsubscribeToken: { [shop] token in
        let links = shop.current.program.links
        if let claim = links.verify(token, for: .unsubscribe) {
          return .unsubscribe(UnsubscribeLink(customerID: claim.customerID, channel: claim.channel))
        }
        return links.verify(token, for: .test).map { .test($0.channel) }
      },
      unsubscribe: { [responder] link in
        try await responder.unsubscribe(
          customerID: link.customerID, channel: link.channel, source: "unsubscribe_link")
      },
      problems: { [weak self] in self?.problems ?? ["the daemon is stopping"] },
      metrics: { [weak self] in await self?.metricFamilies() ?? [] },
      now: { [clock] in clock.now() }, hooks: hookServices)
    services.join = { [intake, clock] names in try await intake.take(names: names, now: clock.now()) }
    services.care = IngestCare(
      box: quarantine.box, isAlert: { [quarantine] in quarantine.isAlert },
      holds: { [quarantine] in quarantine.holds($0, $1) },
      keep: { [quarantine, store, clock] in try await quarantine.keep($0, in: store, now: clock.now()) })
    return services
  }

  /// Why the daemon is not ready; empty if it is.
  var problems: [String] {
    if let failure = storeHealth.failure { return ["the store cannot be written: \(failure)"] }
    return workHealth.problems
  }
}

/// Texts about the address for events.
enum WebAddress {
  /// The way out if the address is not available.
  static let advice = "give another with --listen, or with listen under http: in reprise.yaml"
}

extension IntakeRefusal {
  fileprivate var problem: EventProblem {
    let (field, reason) = explanation
    return EventProblem(index: position, field: field, reason: reason, isEventKept: isEventKept)
  }
}
