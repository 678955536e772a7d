/// The methods the server hands on. Others are answered 405 before a handler sees them.
package enum HTTPMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
  case options = "OPTIONS"
}

/// A request before its body, checked: one way to read it, and only one.
package struct HTTPRequestHead: Sendable {
  package let method: HTTPMethod
  /// Begins with `/`. Percent escapes are decoded once, except `%2F`, which stays as it stands, so that an
  /// encoded slash never becomes a separator. Dot segments are left as they are: match exact paths.
  package let path: String
  /// What follows the first `?`, undecoded; nil without a `?`.
  package let query: String?
  package let headers: HTTPHeaders
  /// The peer's address. Behind a proxy it is the proxy's.
  package let clientAddress: NetworkAddress?
  /// Declared length of the body; nil for a chunked one, 0 for none.
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

/// What is done with a request whose head has come.
package enum HTTPAdmission: Sendable {
  /// Read the body, up to `maximumBody` bytes; a longer one is answered 413 and the connection closed.
  ///
  /// - Parameter holder: a number for the sender, whose bodies share one limit; `nil` when the sender is unknown.
  case accept(maximumBody: Int, holder: Int? = nil)
  /// Answer now. A body that is still to come is not asked for (no `100 Continue`), and not kept.
  case respond(HTTPResponse)
}

/// An answer. `Date`, `Content-Length` and `Connection` are added; for HEAD the body is left out.
package struct HTTPResponse: Sendable, Equatable {
  /// 200 to 599.
  package var status: Int
  /// Fields that cannot be written as one line are dropped: nothing in a value can split an answer.
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package init(status: Int, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// Plain text ending in a newline.
  package init(status: Int, text: String, headers: HTTPHeaders = HTTPHeaders()) {
    self.status = status
    self.headers = headers
    self.headers.append("Content-Type", "text/plain; charset=utf-8")
    body = Array(text.utf8) + [0x0A]
  }
}
