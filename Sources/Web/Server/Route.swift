internal import Platform

/// Every path the listener serves, matched exactly. All others are 404.
enum Route: Hashable, Sendable {
  case ingest(TrackingBody)
  case hook(HookPlatform)
  case unsubscribe(token: String)
  case health, readiness, metrics, home

  init?(path: String) {
    switch path {
    case "/v1/batch", "/v1/import": self = .ingest(.batch)
    case "/healthz": self = .health
    case "/readyz": self = .readiness
    case "/metrics": self = .metrics
    case "/": self = .home
    default:
      if path.hasPrefix(Self.hooks),
        let platform = HookPlatform(word: String(path.dropFirst(Self.hooks.count)))
      {
        self = .hook(platform)
      } else if path.hasPrefix("/v1/"), let call = TrackingCall(word: String(path.dropFirst(4))) {
        self = .ingest(.single(call))
      } else if path.hasPrefix("/u/"), path.utf8.count > 3 {
        self = .unsubscribe(token: String(path.dropFirst(3)))
      } else {
        return nil
      }
    }
  }

  var methods: [HTTPMethod] {
    switch self {
    case .ingest, .hook: [.post]
    case .unsubscribe: [.get, .head, .post]
    case .health, .readiness, .metrics, .home: [.get, .head]
    }
  }

  /// The metric label `route`: a closed set, never data.
  var label: String {
    switch self {
    case .ingest(.single(let call)): "/v1/\(call.rawValue)"
    case .ingest(.batch): "/v1/batch"
    case .hook(let platform): Self.hooks + platform.rawValue
    case .unsubscribe: "/u"
    case .health: "/healthz"
    case .readiness: "/readyz"
    case .metrics: "/metrics"
    case .home: "/"
    }
  }

  static let labels =
    TrackingCall.allCases.map { Route.ingest(.single($0)).label }
    + HookPlatform.allCases.map { Route.hook($0).label } + [
      "/v1/batch", "/u", "/healthz", "/readyz", "/metrics", "/", unknownLabel,
    ]
  static let unknownLabel = "other"
  private static let hooks = "/v1/hooks/"
}
