/// One HTTP request to a peer we do not trust: no redirects, no proxy, capped answer, hard deadlines.
///
/// It goes out once, whatever its method: when a kept connection ends before any answer, that is the result
/// (`got_nothing`), and whoever sent it decides whether it may go again.
package struct HTTPTransfer: Sendable {
  /// An uppercase token.
  package var method: String
  /// `http` or `https`.
  package var url: String
  /// Sent as given. CR, LF and NUL end the transfer before it begins. No `Expect` is added; no
  /// `Content-Type` is made up.
  package var headers: HTTPHeaders
  package var body: [UInt8]
  /// From the name to the end of TLS.
  package var connectTimeout = Duration.seconds(10)
  /// From the start to the last byte of the answer.
  package var totalTimeout = Duration.seconds(30)
  /// Bytes of the answer's body that are kept; the transfer ends at the first byte beyond.
  package var maximumResponseBody = 1 << 20
  /// The transfer ends when fewer bytes a second came for `lowSpeedTime`; 0 for no such limit.
  package var lowSpeedLimit = 0
  package var lowSpeedTime = Duration.seconds(20)
  /// A connection that stood unused for longer is not used again: the peer is likely to end it just when a request goes
  /// over it. Whole seconds, under the 5 s of many servers.
  package var longestIdle = Duration.seconds(4)
  /// False for addresses that strangers may choose: then only public internet addresses are connected to,
  /// judged by the address that is really used, so neither names nor spellings nor rebinding get around it.
  package var allowPrivateAddresses: Bool
  /// PEM file of authorities to trust instead of the system's; nil for the system's.
  package var certificateAuthorityFile: String?
  /// Whose request it is, from `TransferEngine.newID`: senders share the engine's places fairly, those that give none as
  /// if they were one.
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
  /// `ok` when a complete answer came, whatever its status.
  package var code: CurlCode
  /// The final status, 0 when no status line came. 100 when only an interim answer did.
  package var status: Int
  package var headers: HTTPHeaders
  /// The answer's body, at most `maximumResponseBody` bytes.
  package var body: [UInt8]
  /// The answer was longer than allowed; `code` is then `write_error`.
  package var bodyWasCut: Bool
  /// Whether any byte of the request went out.
  package var requestBegan: Bool
  /// Whether all of head and body went out, so that the peer may have acted on it.
  package var requestWasSent: Bool
  /// Bytes of the answer's body that came.
  package var bytesReceived: Int
  /// A sentence for the log. It may name the host; it holds no header and no body.
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
