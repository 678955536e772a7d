/// The methods that reach handlers. Requests with others are answered with 405.
package enum HTTPMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
}

/// A request without its body, validated to have only one possible interpretation.
package struct HTTPRequestHead: Sendable {
  package let method: HTTPMethod
  /// Starts with `/`. Percent escapes are decoded once, except `%2F`, so that an encoded slash never becomes
  /// a separator. Dot segments are kept: match exact paths.
  package let path: String
  /// The part after the first `?`, not decoded; `nil` without a `?`.
  package let query: String?
  package let headers: HTTPHeaders
  /// The peer's address, which may be a proxy's.
  package let clientAddress: NetworkAddress?
  /// The declared length of the body; `nil` if chunked, 0 if there is none.
  package let contentLength: Int?

  package init(
    method: HTTPMethod, path: String, query: String? = nil, headers: HTTPHeaders = HTTPHeaders(),
    clientAddress: NetworkAddress? = nil, contentLength: Int? = 0
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.clientAddress = clientAddress
    self.contentLength = contentLength
  }
}

/// A whole request.
package struct HTTPRequest: Sendable {
  package let head: HTTPRequestHead
  package let body: [UInt8]

  package init(head: HTTPRequestHead, body: [UInt8] = []) {
    self.head = head
    self.body = body
  }

  package var method: HTTPMethod { head.method }
  package var path: String { head.path }
  package var query: String? { head.query }
  package var headers: HTTPHeaders { head.headers }
}

/// The decision about a request after its head.
package enum HTTPAdmission: Sendable {
  /// Read the body, up to `maximumBody` bytes; a longer one is answered with 413 and the connection closed.
  ///
  /// - Parameter holder: a number for the sender, whose bodies share one limit; `nil` if the sender is
  ///   unknown.
  case accept(maximumBody: Int, holder: Int? = nil)
  /// Respond now. A body still to come is neither requested (no `100 Continue`) nor kept.
  case respond(HTTPResponse)
}

/// A response. `Date`, `Content-Length` and `Connection` are added; for HEAD the body is omitted.
package struct HTTPResponse: Sendable, Equatable {
  /// 200 to 599.
  package var status: Int
  /// Fields that do not fit on one line are dropped, so that no value can split a response.
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text; a newline is added.
  package init(status: Int, text: String, headers: HTTPHeaders = HTTPHeaders()) {
    self.status = status
    self.headers = headers
    self.headers.append("Content-Type", "text/plain; charset=utf-8")
    body = Array(text.utf8) + [0x0A]
  }
}
