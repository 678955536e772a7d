package import Platform
internal import Synchronization

/// The program's HTTP server: the intake of events, the hosted pages, health and metrics.
package final class WebServer: Sendable {
  /// The port it listens on; useful when port 0 was requested.
  package var port: UInt16 { server.port }

  private let server: HTTPServer
  private let site: LiveSite
  private let services: WebServices
  private let counters: WebCounters
  private let log: Logger

  private init(
    server: HTTPServer, site: LiveSite, services: WebServices, counters: WebCounters, log: Logger
  ) {
    self.server = server
    self.site = site
    self.services = services
    self.counters = counters
    self.log = log
  }

  /// Starts to listen and serve. If it cannot listen, throws an error that contains the address.
  package static func start(
    _ configuration: WebConfiguration, _ services: WebServices, log: Logger = .silent
  ) throws(HTTPServerError) -> WebServer {
    let counters = WebCounters()
    let site = LiveSite(Site(configuration, services, counters, log: log))
    let server = try HTTPServer(
      configuration: configuration.listener, admit: { site.current.admit($0) },
      immediate: { site.current.answerAtOnce($0) }, handler: { await site.current.answer($0) })
    counters.countRefused { [weak server] in server?.refusedConnections ?? 0 }
    return WebServer(server: server, site: site, services: services, counters: counters, log: log)
  }

  /// Applies these settings from the next request on: keys, names, zone. Address and limits of the listener
  /// stay as they were at the start.
  package func apply(_ configuration: WebConfiguration) {
    site.replace(Site(configuration, services, counters, log: log))
  }

  /// Stops listening, gives running requests `limit` to finish, answers the rest with 503, and closes
  /// everything.
  package func stop(within limit: Duration) async { await server.stop(within: limit) }

  /// Open connections.
  package var connections: Int { server.connections }
}

/// The current settings, shared by the server's threads.
private final class LiveSite: Sendable {
  private let site: Mutex<Site>

  init(_ site: Site) { self.site = Mutex(site) }

  var current: Site { site.withLock { $0 } }

  func replace(_ new: Site) { site.withLock { $0 = new } }
}
