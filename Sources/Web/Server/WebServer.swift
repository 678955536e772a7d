package import Platform

/// Everything the program answers over HTTP: the intake of events, the hosted pages, health and metrics.
package final class WebServer: Sendable {
  /// The port that is listened on; of interest when 0 was asked for.
  package var port: UInt16 { server.port }

  private let server: HTTPServer

  private init(server: HTTPServer) { self.server = server }

  /// Listens and serves from now on. Throws with the address in the text when it cannot listen.
  package static func start(
    _ configuration: WebConfiguration, _ services: WebServices, log: Logger = .silent
  ) throws(HTTPServerError) -> WebServer {
    let site = Site(configuration, services, log: log)
    let server = try HTTPServer(
      configuration: configuration.listener, admit: { site.admit($0) }, immediate: { site.answerAtOnce($0) },
      handler: { await site.answer($0) })
    return WebServer(server: server)
  }

  /// Stops listening, lets running requests finish for `limit`, answers the rest 503, closes everything.
  package func stop(within limit: Duration) async { await server.stop(within: limit) }

  /// Connections open now.
  package var connections: Int { server.connections }
}
