/// Parses a request's head and refuses one that is ambiguous or unacceptable: two lengths, length and chunks
/// together, unknown codings, folded lines, a space after a name.
struct HTTPHeadCheck {
  /// Why a head is refused. The connection is closed after the response, because the rest of the stream
  /// cannot be trusted.
  struct Problem: Error, Equatable {
    let status: Int
    let text: String

    static func bodyTooLong(_ maximum: Int) -> Problem {
      Problem(status: 413, text: "the body is longer than \(maximum) bytes")
    }
  }

  /// What the connection needs of a head beyond what handlers see.
  struct Result {
    var head: HTTPRequestHead
    /// Whether the client keeps the connection open for another request.
    var isKept: Bool
    var isHTTP10: Bool
    /// Whether the client waits for `100 Continue` before it sends the body.
    var expectsContinue: Bool
  }

  /// More fields than any honest client sends.
  private static let maximumFields = 200

  private let method: String
  private let target: ArraySlice<UInt8>
  private let isHTTP10: Bool
  private let headers: HTTPHeaders

  /// Parses and checks a head that `RequestHeadScanner` accepted.
  static func read(
    _ bytes: ArraySlice<UInt8>, clientAddress: NetworkAddress?
  ) throws(Problem) -> Result {
    try HTTPHeadCheck(bytes).result(clientAddress)
  }

  private init(_ bytes: ArraySlice<UInt8>) throws(Problem) {
    var rest = bytes
    // One empty line before a request is skipped: some clients send one after a body (RFC 9112 section 2.2).
    if rest.first == 0x0D { rest = rest.dropFirst(2) }
    (method, target, isHTTP10) = try Self.requestLine(Self.line(&rest))
    var headers = HTTPHeaders()
    while true {
      let line = Self.line(&rest)
      guard !line.isEmpty else { break }
      guard headers.fields.count < Self.maximumFields else {
        throw Problem(status: 431, text: "more than \(Self.maximumFields) headers")
      }
      try Self.addField(line, to: &headers)
    }
    self.headers = headers
  }

  /// Removes the next line and returns it without its line end.
  private static func line(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    let end = rest.firstIndex(of: 0x0D) ?? rest.endIndex
    defer { rest = rest[min(end + 2, rest.endIndex)...] }
    return rest[..<end]
  }

  private static func requestLine(
    _ line: ArraySlice<UInt8>
  ) throws(Problem) -> (method: String, target: ArraySlice<UInt8>, isHTTP10: Bool) {
    let parts = line.split(separator: 0x20, maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 3, !parts[1].isEmpty, (1...32).contains(parts[0].count),
      parts[0].allSatisfy(HTTPHeaders.Field.isTokenByte)
    else { throw Problem(status: 400, text: "malformed request line") }
    let isHTTP10: Bool
    if parts[2].elementsEqual("HTTP/1.1".utf8) {
      isHTTP10 = false
    } else if parts[2].elementsEqual("HTTP/1.0".utf8) {
      isHTTP10 = true
    } else if parts[2].starts(with: "HTTP/".utf8) {
      throw Problem(status: 505, text: "only HTTP/1.1 and HTTP/1.0")
    } else {
      throw Problem(status: 400, text: "malformed request line")
    }
    return (String(decoding: parts[0], as: UTF8.self), parts[1], isHTTP10)
  }

  private static func addField(_ line: ArraySlice<UInt8>, to headers: inout HTTPHeaders) throws(Problem) {
    if line.first == 0x20 || line.first == 0x09 {
      throw Problem(status: 400, text: "a header that goes on in the next line")
    }
    guard let colon = line.firstIndex(of: 0x3A), colon > line.startIndex,
      line[..<colon].allSatisfy(HTTPHeaders.Field.isTokenByte)
    else { throw Problem(status: 400, text: "malformed header name") }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
    var value = line[(colon + 1)...].drop(while: isBlank)
    while let last = value.last, isBlank(last) { value = value.dropLast() }
    headers.append(String(decoding: line[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self))
  }

  // MARK: - Checks

  private func result(_ clientAddress: NetworkAddress?) throws(Problem) -> Result {
    guard let method = HTTPMethod(word: method) else {
      throw Problem(status: 405, text: "method not allowed")
    }
    let host = try host()
    let length = try bodyLength()
    let (path, query) = try splitTarget(host)
    let head = HTTPRequestHead(
      method: method, path: path, query: query, headers: headers, clientAddress: clientAddress,
      contentLength: length)
    return Result(
      head: head, isKept: isKept, isHTTP10: isHTTP10,
      expectsContinue: try expectsContinue() && !isHTTP10 && length != 0)
  }

  private func host() throws(Problem) -> String? {
    let hosts = headers.values(of: "Host")
    if hosts.count > 1 { throw Problem(status: 400, text: "more than one Host") }
    guard let host = hosts.first else {
      if isHTTP10 { return nil }
      throw Problem(status: 400, text: "no Host")
    }
    let isClean = host.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7F && ![0x2F, 0x40, 0x2C, 0x5C, 0x3F, 0x23].contains($0)
    }
    guard !host.isEmpty, isClean else { throw Problem(status: 400, text: "malformed Host") }
    return host
  }

  /// `nil` if the body is chunked.
  private func bodyLength() throws(Problem) -> Int? {
    let codings = headers.values(of: "Transfer-Encoding")
    let lengths = headers.values(of: "Content-Length")
    if !codings.isEmpty {
      guard lengths.isEmpty else {
        throw Problem(status: 400, text: "Content-Length and Transfer-Encoding together")
      }
      guard codings.count == 1, HTTPHeaders.equal(codings[0], "chunked") else {
        throw Problem(status: 501, text: "no transfer coding but chunked")
      }
      guard !isHTTP10 else { throw Problem(status: 400, text: "Transfer-Encoding in HTTP/1.0") }
      return nil
    }
    guard let first = lengths.first else { return 0 }
    guard lengths.count == 1 else { throw Problem(status: 400, text: "more than one Content-Length") }
    let digits = first.utf8
    guard let head = digits.first, digits.allSatisfy({ (0x30...0x39).contains($0) }),
      head != 0x30 || digits.count == 1
    else { throw Problem(status: 400, text: "malformed Content-Length") }
    guard digits.count <= 18, let length = Int(first) else {
      throw Problem(status: 413, text: "a body of more than 10^18 bytes")
    }
    return length
  }

  private func expectsContinue() throws(Problem) -> Bool {
    guard let expectation = headers["Expect"] else { return false }
    guard HTTPHeaders.equal(expectation, "100-continue") else {
      throw Problem(status: 417, text: "no expectation but 100-continue")
    }
    return true
  }

  private var isKept: Bool {
    var isKept = !isHTTP10
    for field in headers.values(of: "Connection") {
      for part in field.utf8.split(separator: 0x2C) {
        let option = String(Substring(part).withoutBlanks)
        if HTTPHeaders.equal(option, "close") { return false }
        if HTTPHeaders.equal(option, "keep-alive") { isKept = true }
      }
    }
    return isKept
  }

  // MARK: - Target

  private func splitTarget(_ host: String?) throws(Problem) -> (String, String?) {
    var target = target
    for scheme in ["http://", "https://"] {
      let prefix = target.prefix(scheme.utf8.count)
      guard HTTPHeaders.equal(String(decoding: prefix, as: UTF8.self), scheme) else { continue }
      // The absolute form must be accepted, and its host takes precedence (RFC 9112 section 3.2.2). Host
      // header and target must not name different hosts to code that reads only one of them.
      let rest = target.dropFirst(prefix.count)
      let end = rest.firstIndex { $0 == 0x2F || $0 == 0x3F } ?? rest.endIndex
      guard let host, HTTPHeaders.equal(String(decoding: rest[..<end], as: UTF8.self), host) else {
        throw Problem(status: 400, text: "the request target names another host than Host")
      }
      target = rest[end...]
      if target.first != 0x2F { target = [0x2F] + target }
    }
    if method == "OPTIONS", target.elementsEqual([0x2A]) { return ("*", nil) }
    guard target.first == 0x2F else { throw Problem(status: 400, text: "malformed request target") }
    let mark = target.firstIndex(of: 0x3F)
    let query = try mark.map { index throws(Problem) in try Self.text(target[(index + 1)...]) }
    return (try Self.decoded(target[..<(mark ?? target.endIndex)]), query)
  }

  private static func text(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Problem(status: 400, text: "request target is not UTF-8")
    }
    return text
  }

  private static func decoded(_ bytes: ArraySlice<UInt8>) throws(Problem) -> String {
    guard bytes.contains(0x25) else { return try text(bytes) }
    var out: [UInt8] = []
    var index = bytes.startIndex
    while index < bytes.endIndex {
      guard bytes[index] == 0x25 else {
        out.append(bytes[index])
        index += 1
        continue
      }
      guard index + 2 < bytes.endIndex, let high = nibble(bytes[index + 1]),
        let low = nibble(bytes[index + 2])
      else {
        throw Problem(status: 400, text: "broken percent escape in the path")
      }
      let byte = high << 4 | low
      guard byte >= 0x20, byte != 0x7F else {
        throw Problem(status: 400, text: "control character in the path")
      }
      if byte == 0x2F { out.append(contentsOf: "%2F".utf8) } else { out.append(byte) }
      index += 3
    }
    return try text(out[...])
  }

  private static func nibble(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}
