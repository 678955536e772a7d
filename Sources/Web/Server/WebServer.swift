package import Platform
internal import Synchronization

/// Everything the program answers over HTTP: the intake of events, the hosted pages, health and metrics.
package final class WebServer: Sendable {
  /// The port that is listened on; of interest when 0 was asked for.
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

  /// Listens and serves from now on. Throws with the address in the text when it cannot listen.
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

  /// Answers by these settings from the next request on: keys, names, zone. Where it listens, and how many it lets in,
  /// stays as it was at the start.
  package func apply(_ configuration: WebConfiguration) {
    site.replace(Site(configuration, services, counters, log: log))
  }

  /// Stops listening, lets running requests finish for `limit`, answers the rest 503, closes everything.
  package func stop(within limit: Duration) async { await server.stop(within: limit) }

  /// Connections open now.
  package var connections: Int { server.connections }
}

/// The settings in force, shared by the server's threads.
private final class LiveSite: Sendable {
  private let site: Mutex<Site>

  init(_ site: Site) { self.site = Mutex(site) }

  var current: Site { site.withLock { $0 } }

  func replace(_ new: Site) { site.withLock { $0 = new } }
}
