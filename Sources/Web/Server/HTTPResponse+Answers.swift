internal import Platform

extension HTTPResponse {
  /// A JSON object on one line.
  init(status: Int, json: JSON, headers: HTTPHeaders = HTTPHeaders()) {
    var bytes: [UInt8] = []
    json.write(into: &bytes)
    bytes.append(0x0A)
    var headers = headers
    headers.append("Content-Type", "application/json")
    self.init(status: status, headers: headers, body: bytes)
  }

  /// An error for programs. `code` and `message` are what the client libraries of Segment and RudderStack
  /// look for; without them they mistake a refusal for an outage and retry forever.
  static func failure(
    _ status: Int, _ code: String, _ message: String, headers: HTTPHeaders = HTTPHeaders()
  ) -> HTTPResponse {
    HTTPResponse(
      status: status, json: ["success": false, "code": .string(code), "message": .string(message)],
      headers: headers)
  }

  static let notFound = failure(404, "not_found", "there is nothing under this path")

  static func methodNotAllowed(_ allowed: [HTTPMethod]) -> HTTPResponse {
    let names = allowed.map(\.rawValue).joined(separator: ", ")
    return failure(405, "method_not_allowed", "use \(names)", headers: ["Allow": names])
  }

  static let misdirected = failure(
    421, "unknown_host", "this host name is not ours; ask by IP address, or add the name to http.hosts")

  /// Adds the headers of every answer: no caching, no sniffing, no referrer to other sites.
  func secured() -> HTTPResponse {
    var response = self
    response.headers.append("X-Content-Type-Options", "nosniff")
    response.headers.append("Cache-Control", "no-store")
    response.headers.append("Referrer-Policy", "no-referrer")
    if headers["Content-Security-Policy"] == nil {
      response.headers.append("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
    }
    return response
  }
}
