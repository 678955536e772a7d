internal import Glibc

extension HTTPResponse {
  /// The response as sent over the wire.
  ///
  /// - Parameters:
  ///   - date: the value of `Date`.
  ///   - connection: the value of `Connection`; `nil` for none. The response's own `Connection` is ignored.
  ///   - withoutBody: for HEAD: everything but the body.
  func serialized(date: String, connection: String?, withoutBody: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512 + (withoutBody ? 0 : body.count))
    bytes.append(contentsOf: "HTTP/1.1 \(status) \(Self.reason(status))\r\nDate: \(date)\r\n".utf8)
    if let connection { bytes.append(contentsOf: "Connection: \(connection)\r\n".utf8) }
    for field in headers where field.isSendable && !HTTPHeaders.equal(field.name, "Connection") {
      bytes.append(contentsOf: field.name.utf8)
      bytes.append(contentsOf: ": ".utf8)
      bytes.append(contentsOf: field.value.utf8)
      bytes.append(contentsOf: "\r\n".utf8)
    }
    let hasBody = status != 204 && status != 304
    if hasBody { bytes.append(contentsOf: "Content-Length: \(body.count)\r\n".utf8) }
    bytes.append(contentsOf: "\r\n".utf8)
    if hasBody, !withoutBody { bytes.append(contentsOf: body) }
    return bytes
  }

  private static func reason(_ status: Int) -> String {
    switch status {
    case 200: "OK"
    case 201: "Created"
    case 204: "No Content"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    default: "Status \(status)"
    }
  }
}

/// The value of `Date`, updated once a second.
struct HTTPDate {
  private var second: time_t = .min
  private var text = ""

  mutating func now() -> String {
    let now = time(nil)
    if now != second {
      second = now
      text = Self.text(now)
    }
    return text
  }

  /// `Sun, 06 Nov 1994 08:49:37 GMT`.
  static func text(_ time: time_t) -> String {
    var time = time
    var parts = tm()
    gmtime_r(&time, &parts)
    func two(_ number: Int32) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    return "\(days[Int(parts.tm_wday)]), \(two(parts.tm_mday)) \(months[Int(parts.tm_mon)]) "
      + "\(1900 + parts.tm_year) \(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)) GMT"
  }
}
