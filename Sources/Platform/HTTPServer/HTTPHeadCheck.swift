/// Finds what makes a request head ambiguous or unacceptable. libmicrohttpd 0.9.75 lets all of this through:
/// two lengths, length and chunks together, foreign codings, a NUL that cuts the path.
struct HTTPHeadCheck {
  /// Why a head is refused; the connection is closed after the answer, because what follows it in the stream
  /// cannot be trusted.
  struct Problem: Error, Equatable {
    let status: Int
    let text: String
  }

  let method: String
  /// Path and query as they came, up to the first NUL.
  let target: [UInt8]
  /// Bytes of the target on the wire; more than `target` when a NUL cut it.
  let targetLength: Int
  let version: String
  let headers: HTTPHeaders
  let maximumHeaderBytes: Int
  let clientAddress: NetworkAddress?

  func head() throws(Problem) -> HTTPRequestHead {
    guard version == "HTTP/1.1" || version == "HTTP/1.0" else {
      throw Problem(status: 505, text: "only HTTP/1.1 and HTTP/1.0")
    }
    guard targetLength == target.count else { throw Problem(status: 400, text: "NUL in the request target") }
    let size = headers.fields.reduce(method.utf8.count + targetLength + 12) {
      $0 + $1.name.utf8.count + $1.value.utf8.count + 4
    }
    guard size <= maximumHeaderBytes else {
      throw Problem(status: 431, text: "headers of more than \(maximumHeaderBytes) bytes")
    }
    guard let method = HTTPMethod(rawValue: method) else {
      throw Problem(status: 405, text: "method not allowed")
    }
    for field in headers
    where field.name.isEmpty || !field.name.utf8.allSatisfy(HTTPHeaders.Field.isTokenByte) {
      throw Problem(status: 400, text: "malformed header name")
    }
    try checkHost()
    let length = try bodyLength()
    let (path, query) = try splitTarget()
    return HTTPRequestHead(
      method: method, path: path, query: query, headers: headers, clientAddress: clientAddress,
      contentLength: length)
  }

  private func checkHost() throws(Problem) {
    let hosts = headers.values(of: "Host")
    if hosts.count > 1 { throw Problem(status: 400, text: "more than one Host") }
    guard let host = hosts.first else {
      if version == "HTTP/1.0" { return }
      throw Problem(status: 400, text: "no Host")
    }
    let isClean = host.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7F && ![0x2F, 0x40, 0x2C, 0x5C, 0x3F, 0x23].contains($0)
    }
    guard !host.isEmpty, isClean else { throw Problem(status: 400, text: "malformed Host") }
  }

  /// nil: chunked.
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
      guard version == "HTTP/1.1" else { throw Problem(status: 400, text: "Transfer-Encoding in HTTP/1.0") }
      return nil
    }
    guard let first = lengths.first else { return 0 }
    guard lengths.count == 1 else { throw Problem(status: 400, text: "more than one Content-Length") }
    guard !first.isEmpty, first.utf8.count <= 18, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let length = Int(first)
    else { throw Problem(status: 400, text: "malformed Content-Length") }
    return length
  }

  private func splitTarget() throws(Problem) -> (String, String?) {
    var target = target[...]
    // The absolute form must be understood (RFC 9112 section 3.2.2); the Host was checked above.
    for scheme in ["http://", "https://"] where target.starts(with: scheme.utf8) {
      target = target.dropFirst(scheme.utf8.count).drop { $0 != 0x2F && $0 != 0x3F }
      if target.first != 0x2F { target = [0x2F] + target }
    }
    if method == "OPTIONS", target.elementsEqual([0x2A]) { return ("*", nil) }
    guard target.first == 0x2F else { throw Problem(status: 400, text: "malformed request target") }
    guard target.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
      throw Problem(status: 400, text: "control character in the request target")
    }
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
