internal import Platform

/// `/healthz`, `/readyz`, `/metrics` and `/`.
struct OperationsEndpoint: Sendable {
  private let services: WebServices
  private let counters: WebCounters
  private let version: String

  init(_ configuration: WebConfiguration, _ services: WebServices, _ counters: WebCounters) {
    self.services = services
    self.counters = counters
    version = configuration.version
  }

  /// Always 200: the process answers.
  func health() -> HTTPResponse { HTTPResponse(status: 200, text: "ok") }

  /// 200 if events can be stored and messages sent, else 503 with one reason per line.
  func readiness() async -> HTTPResponse {
    let problems = await services.problems()
    guard !problems.isEmpty else { return HTTPResponse(status: 200, text: "ready") }
    return HTTPResponse(
      status: 503, text: problems.joined(separator: "\n"), headers: ["Retry-After": "5"])
  }

  func metrics() async -> HTTPResponse {
    var build = MetricFamily(.gauge, "reprise_build_info", "Always 1; the version stands in the label.")
    build.add(1, ["version": version])
    let families = await services.metrics() + counters.families + [build]
    return HTTPResponse(
      status: 200, headers: ["Content-Type": MetricsText.contentType], body: MetricsText.write(families))
  }

  func home() -> HTTPResponse {
    HTTPResponse(
      status: 200,
      text: """
        Reprise \(version) is running.

        /healthz   the process answers
        /readyz    events can be taken and messages sent
        /metrics   figures for Prometheus
        POST /v1/  events in the form of the Segment tracking API
        """)
  }
}
