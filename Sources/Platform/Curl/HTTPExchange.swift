internal import CCurl
internal import Glibc

/// A running HTTP transfer with its libcurl callbacks. Engine thread only.
final class HTTPExchange {
  let id: TransferID
  let handle: CurlHandle
  let completion: @Sendable (HTTPTransferResult) -> Void

  var sender: TransferID? { transfer.sender }

  private let transfer: HTTPTransfer
  private var bodyRead = 0
  private var isBodyRead = false
  private var headers = HTTPHeaders()
  private var headerBytes = 0
  private var body: [UInt8] = []
  private var bytesReceived = 0
  private var bodyWasCut = false
  private var refusedAddress: String?
  /// How many connections libcurl has offered for this request, which is sent on one at most.
  private var connections = 0
  private var wouldBeRepeated: Bool { connections > 1 }

  private static let longestHeaders = 64 * 1024

  init(
    id: TransferID, transfer: HTTPTransfer, handle: CurlHandle,
    completion: @escaping @Sendable (HTTPTransferResult) -> Void
  ) {
    self.id = id
    self.transfer = transfer
    self.handle = handle
    self.completion = completion
  }

  /// Configures the handle. Returns why the request must not be made, or `nil` if it may.
  func prepare() -> String? {
    guard !transfer.method.isEmpty, transfer.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      return "the method is not a word of capital letters"
    }
    guard !transfer.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
      return "the URL holds a space or a control character"
    }
    var lines: [String] = []
    for field in transfer.headers {
      guard field.isSendable else { return "a header holds a line end, a NUL or a bad name" }
      // libcurl drops "Name:" without a value; "Name;" is its spelling for an empty header.
      lines.append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }
    lines.append("Expect:")
    if transfer.headers["Content-Type"] == nil { lines.append("Content-Type:") }

    let context = Unmanaged.passUnretained(self).toOpaque()
    handle.set(.url, transfer.url)
    handle.set(.protocols, "http,https")
    handle.set(.httpVersion, Int(CURL_HTTP_VERSION_1_1))
    handle.set(.connectTimeoutMilliseconds, Int(max(1, transfer.connectTimeout.wholeMilliseconds)))
    handle.set(.timeoutMilliseconds, Int(max(1, transfer.totalTimeout.wholeMilliseconds)))
    if transfer.lowSpeedLimit > 0 {
      handle.set(.lowSpeedLimit, transfer.lowSpeedLimit)
      handle.set(.lowSpeedTime, Int(max(1, transfer.lowSpeedTime.wholeMilliseconds / 1000)))
    }
    if transfer.download != nil { handle.set(.fileTime, 1) }
    if let file = transfer.certificateAuthorityFile { handle.set(.authorityFile, file) }
    setReceiving(context)
    if let ssh = transfer.ssh {
      ssh.prepare(handle)
    } else {
      setMethod(context)
      handle.set(.headers, lines)
      setConnectionCheck(context)
    }
    if !transfer.allowPrivateAddresses { setAddressCheck(context) }
    return nil
  }

  private func setMethod(_ context: UnsafeMutableRawPointer) {
    switch transfer.method {
    case "HEAD": handle.set(.noBody, 1)
    case "GET" where transfer.body.isEmpty: handle.set(.get, 1)
    default:
      handle.set(.post, 1)
      handle.set(.postSize, Int64(transfer.body.count))
      handle.set(.method, transfer.method)
      handle.set(.readContext, context)
      handle.set(.seekContext, context)
      _ = ccurl_set_data_callback(handle.raw, CURLOPT_READFUNCTION) { data, size, count, context in
        guard let data, let context else { return Int(CURL_READFUNC_ABORT) }
        return HTTPExchange.of(context).read(
          into: UnsafeMutableRawBufferPointer(start: data, count: size * count))
      }
      _ = ccurl_set_seek(handle.raw) { context, offset, origin in
        guard let context, origin == SEEK_SET else { return Int32(CURL_SEEKFUNC_FAIL) }
        return HTTPExchange.of(context).rewind(to: Int(offset))
          ? Int32(CURL_SEEKFUNC_OK) : Int32(CURL_SEEKFUNC_FAIL)
      }
    }
  }

  private func setReceiving(_ context: UnsafeMutableRawPointer) {
    handle.set(.headerContext, context)
    handle.set(.writeContext, context)
    _ = ccurl_set_data_callback(handle.raw, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      HTTPExchange.of(context).takeHeader(UnsafeRawBufferPointer(start: data, count: size * count))
      return size * count
    }
    _ = ccurl_set_data_callback(handle.raw, CURLOPT_WRITEFUNCTION) { data, size, count, context in
      guard let data, let context else { return 0 }
      return HTTPExchange.of(context).takeBody(UnsafeRawBufferPointer(start: data, count: size * count))
    }
  }

  private func setAddressCheck(_ context: UnsafeMutableRawPointer) {
    handle.set(.openSocketContext, context)
    _ = ccurl_set_open_socket(handle.raw) { context, _, address in
      guard let context else { return -1 }
      // libcurl's struct ends in a `sockaddr` with room for the longer kinds behind it.
      let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 0
      let bytes = UnsafeRawBufferPointer(
        start: UnsafeRawPointer(address) + offset, count: Int(address.pointee.addrlen))
      guard let peer = NetworkAddress(socketAddress: bytes), peer.isPublic else {
        HTTPExchange.of(context).refusedAddress =
          NetworkAddress(socketAddress: bytes)?.description ?? "not an IP address"
        return -1
      }
      return socket(
        address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
        address.pointee.protocol)
    }
  }

  /// libcurl calls this with a connection, directly before it sends the request. A second call means that it
  /// wants to repeat the request because a kept connection ended before any response; the peer may have acted
  /// on the first one.
  private func setConnectionCheck(_ context: UnsafeMutableRawPointer) {
    handle.set(.longestIdle, Int(max(1, transfer.longestIdle.wholeMilliseconds / 1000)))
    handle.set(.prerequestContext, context)
    _ = ccurl_set_prereq(handle.raw) { context, remote, _, _, _ in
      guard let context, let remote else { return Int32(CURL_PREREQFUNC_ABORT) }
      let exchange = HTTPExchange.of(context)
      exchange.connections += 1
      if exchange.wouldBeRepeated { return Int32(CURL_PREREQFUNC_ABORT) }
      if exchange.transfer.allowPrivateAddresses { return Int32(CURL_PREREQFUNC_OK) }
      // A reused connection opens no socket, so its address was not checked: a request that may use private addresses
      // may have opened it.
      let text = String(cString: remote)
      if let peer = NetworkAddress(text), peer.isPublic { return Int32(CURL_PREREQFUNC_OK) }
      exchange.refusedAddress = text
      return Int32(CURL_PREREQFUNC_ABORT)
    }
  }

  /// The engine's loop retains the exchange until its handle has left the multi handle.
  private static func of(_ context: UnsafeMutableRawPointer) -> HTTPExchange {
    Unmanaged<HTTPExchange>.fromOpaque(context).takeUnretainedValue()
  }

  private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, transfer.body.count - bodyRead)
    transfer.body.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[bodyRead..<bodyRead + count]))
    }
    bodyRead += count
    if bodyRead == transfer.body.count { isBodyRead = true }
    return count
  }

  private func rewind(to offset: Int) -> Bool {
    // A rewind is allowed only to the very start: a body is never sent twice.
    bodyRead == 0 && offset == 0
  }

  private func takeHeader(_ bytes: UnsafeRawBufferPointer) {
    if bytes.starts(with: "HTTP/".utf8) {
      headers = HTTPHeaders()
      headerBytes = 0
      return
    }
    headerBytes += bytes.count
    guard headerBytes <= Self.longestHeaders, let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else {
      return
    }
    var value = bytes[(colon + 1)...]
    while let last = value.last, last <= 0x20 { value.removeLast() }
    while let first = value.first, first <= 0x20 { value.removeFirst() }
    headers.append(String(decoding: bytes[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    bytesReceived += bytes.count
    if let download = transfer.download, transfer.ssh != nil || handle.long(CURLINFO_RESPONSE_CODE) == 200 {
      return download.write(bytes) ? bytes.count : 0
    }
    let room = transfer.maximumResponseBody - body.count
    body.append(contentsOf: bytes.prefix(max(0, room)))
    guard bytes.count <= room else {
      bodyWasCut = true
      return 0
    }
    return bytes.count
  }

  func result(_ code: CurlCode) -> HTTPTransferResult {
    let began = handle.long(CURLINFO_REQUEST_SIZE) > 0
    let uploaded = Int(handle.offset(CURLINFO_SIZE_UPLOAD_T))
    let status = handle.long(CURLINFO_RESPONSE_CODE)
    // After a refused repeat, libcurl no longer knows what the first attempt sent.
    let wasRefused = wouldBeRepeated || code == .sendFailedRewind
    let wasSent = uploaded >= sentBody || (wasRefused && isBodyRead)
    var code = code
    var detail = code == .ok ? "" : handle.explanation(of: code)
    if let refusedAddress {
      detail = "address \(refusedAddress) is not on the public internet; set allow_private to reach it"
    } else if wasRefused {
      code = .gotNothing
      detail = "the kept connection ended before any answer came"
    } else if code == .timedOut {
      detail =
        isTooSlow
        ? "\(peer) sent fewer than \(transfer.lowSpeedLimit) bytes a second for \(DurationText.text(transfer.lowSpeedTime))"
        : began || bytesReceived > 0
          ? "no whole answer from \(peer) within \(DurationText.text(transfer.totalTimeout))"
          : "no connection to \(peer) within \(DurationText.text(transfer.connectTimeout))"
    }
    if code == .ok, let download = transfer.download {
      let modified = handle.offset(CURLINFO_FILETIME_T)
      if modified > 0 { download.setModified(seconds: modified) }
    }
    return HTTPTransferResult(
      code: code, status: status, headers: headers, body: body, bodyWasCut: bodyWasCut, requestBegan: began,
      requestWasSent: began && wasSent, bytesReceived: bytesReceived, detail: detail)
  }

  /// Whether a transfer that timed out was connected, and ended before its whole time was over.
  private var isTooSlow: Bool {
    let lasted = Duration.microseconds(handle.offset(CURLINFO_TOTAL_TIME_T))
    let isConnected =
      handle.long(CURLINFO_REQUEST_SIZE) > 0 || bytesReceived > 0
      || lasted > transfer.connectTimeout + .seconds(1)
    return transfer.lowSpeedLimit > 0 && isConnected && lasted < transfer.totalTimeout
  }

  /// Host and port of the URL only; the rest may contain secrets.
  private var peer: String {
    guard let start = transfer.url.firstRange(of: "://")?.upperBound else { return "the server" }
    let authority = transfer.url[start...].prefix { !"/?#".contains($0) }
    return String(authority.split(separator: "@").last ?? "the server")
  }

  /// The bytes of the body that the request sends: none for HEAD.
  private var sentBody: Int { transfer.method == "HEAD" ? 0 : transfer.body.count }
}
