/// One HTTP request, or one file or listing over SFTP, to an untrusted peer: no redirects, no proxy, a capped
/// response, hard deadlines.
///
/// Sent at most once, whatever its method: if a kept connection ends before any response, the result is `got_nothing`,
/// and the caller decides whether to retry.
package struct HTTPTransfer: Sendable {
  /// An uppercase token.
  package var method: String
  /// `http` or `https`; `sftp` with `ssh`. An SFTP URL that ends in `/` lists the directory.
  package var url: String
  /// Sent as given. CR, LF or NUL fail the transfer before it starts. No `Expect` is added, and no
  /// `Content-Type`.
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// From the name lookup to the end of the TLS handshake.
  package var connectTimeout = Duration.seconds(10)
  /// From the start to the last byte of the response.
  package var totalTimeout = Duration.seconds(30)
  /// Maximum bytes of the response's body; the transfer is aborted at the first byte beyond it.
  package var maximumResponseBody = 1 << 20
  /// The transfer is aborted after `lowSpeedTime` below this many bytes per second; 0 for no limit.
  package var lowSpeedLimit = 0
  package var lowSpeedTime = Duration.seconds(20)
  /// The longest time a connection may have been idle to be reused: after a while the peer is likely to close it just
  /// as a request arrives. In whole seconds; the default is below the 5 s of many servers.
  package var longestIdle = Duration.seconds(4)
  /// False for URLs that strangers may choose: then only public internet addresses are connected to, checked against
  /// the address actually used, so that names, spellings and rebinding cannot bypass it.
  package var allowPrivateAddresses: Bool
  /// PEM file of authorities to trust instead of the system's; `nil` for the system's.
  package var certificateAuthorityFile: String?
  /// Receives the body of a response with status 200, or any SFTP data, instead of `body` with its maximum size.
  /// It gets the time of the last change that the server tells.
  package var download: DownloadFile?
  /// Makes it an SFTP transfer; method, headers and body are then ignored.
  package var ssh: SSHLogin?
  /// The request's sender, from `TransferEngine.newID`. Senders share the engine's slots fairly; requests
  /// without one count as one sender.
  package var sender: TransferID?

  package init(
    method: String = "GET", url: String, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
    allowPrivateAddresses: Bool = false
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.allowPrivateAddresses = allowPrivateAddresses
  }
}

/// The facts of one HTTP transfer.
package struct HTTPTransferResult: Sendable, Equatable {
  /// `ok` if the response is complete, whatever its status.
  package var code: CurlCode
  /// The final status; 0 if there was no status line, 100 if there was only an interim response.
  package var status: Int
  package var headers: HTTPHeaders
  /// The response's body, at most `maximumResponseBody` bytes.
  package var body: [UInt8]
  /// Whether the response was longer than allowed; `code` is then `write_error`.
  package var bodyWasCut: Bool
  /// Whether any byte of the request was sent.
  package var requestBegan: Bool
  /// Whether the whole head and body were sent, so that the peer may have acted on the request.
  package var requestWasSent: Bool
  /// Bytes received of the response's body.
  package var bytesReceived: Int
  /// A sentence for the log. May contain the host, but no header and no body.
  package var detail: String

  package init(
    code: CurlCode, status: Int = 0, headers: HTTPHeaders = HTTPHeaders(), body: [UInt8] = [],
    bodyWasCut: Bool = false, requestBegan: Bool = false, requestWasSent: Bool = false,
    bytesReceived: Int = 0, detail: String = ""
  ) {
    self.code = code
    self.status = status
    self.headers = headers
    self.body = body
    self.bodyWasCut = bodyWasCut
    self.requestBegan = requestBegan
    self.requestWasSent = requestWasSent
    self.bytesReceived = bytesReceived
    self.detail = detail
  }
}
