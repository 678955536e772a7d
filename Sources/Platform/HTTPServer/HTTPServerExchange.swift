internal import CLinux
internal import CMicroHTTPD
internal import Glibc

/// One request on its way through the server. Touched only by the thread that serves its connection.
final class HTTPServerExchange {
  private enum Phase {
    case head
    case body(HTTPRequestHead, maximum: Int)
    /// Reading a small body to its end only so that the peer can read the answer.
    case discarding(HTTPResponse)
    /// The answer is out, and what still comes is thrown away for a moment so that the peer can read it.
    case cutOff
    case waiting(PendingAnswer)
    case answered
  }

  /// A refused request whose body is at most this long is read to its end: closing a socket with unread bytes
  /// would reset the connection and could take the answer with it.
  private static let discardLimit = 64 * 1024

  private let core: HTTPServerCore
  private let connection: ServerConnection
  private let target: [UInt8]
  /// Where the target begins in libmicrohttpd's buffer.
  private let targetStart: UInt
  private var phase = Phase.head
  private var body: [UInt8] = []
  private var reserved = 0

  init(core: HTTPServerCore, connection: ServerConnection, target: UnsafePointer<CChar>) {
    self.core = core
    self.connection = connection
    targetStart = UInt(bitPattern: target)
    self.target = Array(UnsafeRawBufferPointer(start: target, count: strlen(target)))
  }

  func end() {
    if reserved > 0 { core.release(reserved) }
    if case .waiting(let pending) = phase { core.unfile(pending) }
    // The next head may begin when the keep-alive time is nearly over.
    connection.allow(core.configuration.keepAlive + core.configuration.headDeadline)
    core.requestEnded()
  }

  func step(
    _ raw: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>,
    data: UnsafeRawBufferPointer, size: UnsafeMutablePointer<Int>
  ) -> MHD_Result {
    switch phase {
    case .head: return takeHead(raw, method: method, version: version)
    case .body(let head, let maximum):
      guard data.isEmpty else {
        size.pointee = 0
        return takeBody(data, maximum: maximum)
      }
      return dispatch(raw, HTTPRequest(head: head, body: body))
    case .discarding(let response):
      guard data.isEmpty else {
        size.pointee = 0
        return .YES
      }
      return respond(raw, response)
    case .cutOff:
      guard !data.isEmpty else { return .NO }
      size.pointee = 0
      return .YES
    case .waiting(let pending):
      core.unfile(pending)
      return respond(raw, pending.response ?? HTTPServerCore.stopping)
    case .answered:
      size.pointee = 0
      return .YES
    }
  }

  // MARK: - Head

  private func takeHead(
    _ raw: OpaquePointer, method: UnsafePointer<CChar>, version: UnsafePointer<CChar>
  ) -> MHD_Result {
    connection.allow(core.configuration.bodyDeadline)
    let check = HTTPHeadCheck(
      method: String(cString: method), target: target, targetLength: wireLength(version: version),
      version: String(cString: version), headers: Self.headers(raw),
      maximumHeaderBytes: core.configuration.maximumHeaderBytes, clientAddress: Self.clientAddress(raw))
    let head: HTTPRequestHead
    do { head = try check.head() } catch { return refuse(raw, status: error.status, text: error.text) }
    if core.isStopping { return respond(raw, HTTPServerCore.stopping) }
    switch core.admit(head) {
    case .respond(let response): return answerEarly(raw, head, response)
    case .accept(let maximum):
      if let length = head.contentLength {
        guard length <= maximum else {
          return refuse(raw, status: 413, text: "the body is longer than \(maximum) bytes")
        }
        guard length == 0 || core.reserve(length) else { return respond(raw, Self.busy) }
        reserved = length
        body.reserveCapacity(length)
      }
      phase = .body(head, maximum: maximum)
      return .YES
    }
  }

  /// The version follows the target in the buffer the first line was read into, one byte behind it. A NUL in
  /// the line makes the target look shorter than this distance.
  private func wireLength(version: UnsafePointer<CChar>) -> Int {
    let distance = UInt(bitPattern: version) &- targetStart
    // A line without a version has it elsewhere; the version check answers that.
    return distance > 0 && distance < 1 << 24 ? Int(distance) - 1 : target.count
  }

  private static func headers(_ raw: OpaquePointer) -> HTTPHeaders {
    var headers = HTTPHeaders()
    withUnsafeMutablePointer(to: &headers) { pointer in
      _ = MHD_get_connection_values_n(
        raw, .HEADER_KIND,
        { context, _, name, nameLength, value, valueLength in
          guard let context, let name else { return .NO }
          let text = value.map {
            String(decoding: UnsafeRawBufferPointer(start: $0, count: valueLength), as: UTF8.self)
          }
          context.assumingMemoryBound(to: HTTPHeaders.self).pointee.append(
            String(decoding: UnsafeRawBufferPointer(start: name, count: nameLength), as: UTF8.self),
            text ?? "")
          return .YES
        }, pointer)
    }
    return headers
  }

  static func clientAddress(_ raw: OpaquePointer) -> NetworkAddress? {
    guard let address = cmhd_connection_address(raw) else { return nil }
    let length =
      Int32(address.pointee.sa_family) == AF_INET6
      ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    return NetworkAddress(socketAddress: UnsafeRawBufferPointer(start: address, count: length))?.unmapped
  }

  /// Without `Expect` the body is probably on its way already: a short one is read away first.
  private func answerEarly(
    _ raw: OpaquePointer, _ head: HTTPRequestHead, _ response: HTTPResponse
  ) -> MHD_Result {
    if head.contentLength == 0 { return respond(raw, response) }
    if let length = head.contentLength, length <= Self.discardLimit, head.headers["Expect"] == nil {
      phase = .discarding(response)
      return .YES
    }
    return respond(raw, response, closing: true)
  }

  // MARK: - Body

  private func takeBody(_ data: UnsafeRawBufferPointer, maximum: Int) -> MHD_Result {
    guard body.count + data.count <= maximum else {
      return cutOff("413 Content Too Large", "the body is longer than \(maximum) bytes")
    }
    let total = body.count + data.count
    if total > reserved {
      guard core.reserve(total - reserved) else {
        return cutOff("503 Service Unavailable", "too many bodies at once")
      }
      reserved = total
    }
    body.append(contentsOf: data)
    return .YES
  }

  /// In the middle of a body the library takes no answer, so it is written past it. The connection then ends, after a
  /// moment in which the rest is thrown away: closing at once would reset it and could take the answer with it.
  private func cutOff(_ status: String, _ text: String) -> MHD_Result {
    phase = .cutOff
    body = []
    connection.tell(status, text)
    connection.allow(min(core.configuration.linger, core.configuration.bodyDeadline))
    return .YES
  }

  // MARK: - Answer

  private func dispatch(_ raw: OpaquePointer, _ request: HTTPRequest) -> MHD_Result {
    body = []
    connection.suspendDeadline()
    if let response = core.immediate?(request) { return respond(raw, response) }
    let pending = PendingAnswer(connection: raw)
    guard core.file(pending) else { return respond(raw, HTTPServerCore.stopping) }
    phase = .waiting(pending)
    MHD_suspend_connection(raw)
    let handler = core.handler
    pending.attach(Task { pending.answer(await handler(request)) })
    return .YES
  }

  private func refuse(_ raw: OpaquePointer, status: Int, text: String) -> MHD_Result {
    var response = HTTPResponse(status: status, text: text)
    if status == 405 {
      response.headers.append("Allow", HTTPMethod.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return respond(raw, response, closing: true)
  }

  private static let busy = HTTPResponse(
    status: 503, text: "too many bodies at once", headers: ["Retry-After": "1", "Connection": "close"])

  private func respond(_ raw: OpaquePointer, _ answer: HTTPResponse, closing: Bool = false) -> MHD_Result {
    phase = .answered
    connection.allow(core.configuration.responseDeadline)
    let response = answer.body.withUnsafeBytes { bytes in
      MHD_create_response_from_buffer(
        bytes.count, UnsafeMutableRawPointer(mutating: bytes.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let response else { return .NO }
    defer { MHD_destroy_response(response) }
    for field in answer.headers where field.isSendable {
      MHD_add_response_header(response, field.name, field.value)
    }
    if closing { MHD_add_response_header(response, "Connection", "close") }
    return MHD_queue_response(raw, UInt32(answer.status), response)
  }
}
