import Platform
import Support

/// HTTP as a person with a terminal would speak it: one request a connection, the answer read to its end.
enum PlainHTTP {
  struct Reply: Sendable, CustomStringConvertible {
    /// 0 when nobody answered.
    let status: Int
    let head: String
    let body: String

    var description: String { "\(status) \(body)" }
  }

  static func send(
    _ method: String, _ path: String, port: UInt16, headers: [String: String] = [:], body: String = ""
  ) async throws -> Reply {
    let bytes = Array(request(method, path, port: port, headers: headers, body: body).utf8)
    return try await WorkerThread.run("request") { exchange(bytes, port) }
  }

  /// A request as it goes over the wire.
  static func request(
    _ method: String, _ path: String, port: UInt16, headers: [String: String], body: String
  ) -> String {
    var request = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n"
    for (name, value) in headers { request += "\(name): \(value)\r\n" }
    if method == "POST" { request += "Content-Length: \(body.utf8.count)\r\n" }
    return request + "\r\n" + body
  }

  private static func exchange(_ request: [UInt8], _ port: UInt16) -> Reply {
    guard let socket = try? LoopbackSocket(connectingTo: port) else {
      return Reply(status: 0, head: "", body: "")
    }
    socket.write(request)
    return reply(String(decoding: socket.readToEnd(), as: UTF8.self))
  }

  /// All that came back; empty when nobody answered.
  static func reply(_ text: String) -> Reply {
    let parts = text.split(separator: "\r\n\r\n", maxSplits: 1, omittingEmptySubsequences: false)
    let words = text.split(separator: " ", maxSplits: 2)
    return Reply(
      status: words.count > 1 ? Int(words[1]) ?? 0 : 0, head: String(parts[0]),
      body: parts.count > 1 ? String(parts[1]) : "")
  }
}
