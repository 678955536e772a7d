internal import Platform

/// Routes a request to its endpoint, and adds headers and counts to every answer.
struct Site: Sendable {
  private let ingest: IngestEndpoint
  private let hooks: HookEndpoint
  private let pages: UnsubscribeEndpoint
  private let operations: OperationsEndpoint
  private let counters: WebCounters
  private let hosts: HostNames

  /// - Parameter counters: kept across changes of the configuration.
  init(_ configuration: WebConfiguration, _ services: WebServices, _ counters: WebCounters, log: Logger) {
    self.counters = counters
    let room = MemoryRoom(bytes: IngestCost.room)
    ingest = IngestEndpoint(configuration, services, counters, room: room, log: log)
    hooks = HookEndpoint(configuration, services, counters, room: room, log: log)
    pages = UnsubscribeEndpoint(configuration, services, counters, log: log)
    operations = OperationsEndpoint(configuration, services, counters)
    hosts = HostNames(configuration)
  }

  /// Decides from the head alone, before the body is requested.
  func admit(_ head: HTTPRequestHead) -> HTTPAdmission {
    let route = Route(path: head.path)
    let admission = admit(head, to: route)
    guard case .respond(let response) = admission else { return admission }
    counters.answered(route, status: response.status)
    return .respond(response.secured())
  }

  private func admit(_ head: HTTPRequestHead, to route: Route?) -> HTTPAdmission {
    guard let route else { return .respond(.notFound) }
    guard route.methods.contains(head.method) else { return .respond(.methodNotAllowed(route.methods)) }
    switch route {
    case .ingest: return ingest.admit(head)
    case .hook(let platform): return hooks.admit(head, platform)
    case .unsubscribe: return .accept(maximumBody: UnsubscribeEndpoint.maximumBody)
    case .health, .readiness, .metrics, .home:
      // A request forwarded by a proxy comes from outside, whatever host it names.
      if Self.forwarding.contains(where: { head.headers[$0] != nil }) { return .respond(.notFound) }
      switch hosts.owner(of: head.headers["Host"]) {
      case .operators: return .accept(maximumBody: 0)
      case .customers: return .respond(.notFound)
      case .stranger: return .respond(.misdirected)
      }
    }
  }

  private static let forwarding = [
    "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Via",
  ]

  /// Answers requests that need no waiting. The page of an unsubscribe link depends on its token alone.
  func answerAtOnce(_ request: HTTPRequest) -> HTTPResponse? {
    let response: HTTPResponse?
    let route = Route(path: request.path)
    switch route {
    case .health: response = operations.health()
    case .home: response = operations.home()
    case .unsubscribe(let token) where request.method != .post: response = pages.show(token, request)
    default: response = nil
    }
    guard let response else { return nil }
    counters.answered(route, status: response.status)
    return response.secured()
  }

  func answer(_ request: HTTPRequest) async -> HTTPResponse {
    let route = Route(path: request.path)
    let response =
      switch route {
      case .ingest(let body): await ingest.answer(request, body)
      case .hook(let platform): await hooks.answer(request, platform)
      case .unsubscribe(let token): await pages.submit(token, request)
      case .readiness: await operations.readiness()
      case .metrics: await operations.metrics()
      case .health, .home, nil: HTTPResponse.notFound
      }
    counters.answered(route, status: response.status)
    return response.secured()
  }
}
