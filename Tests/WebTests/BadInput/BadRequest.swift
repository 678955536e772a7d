import Platform
import Support
import Testing
import Web

/// A request that must be refused, and how.
struct BadRequest: Sendable, CustomTestStringConvertible {
  /// In plain words.
  let name: String
  let bytes: [UInt8]
  let status: Int
  /// The word for programs in the answer; `nil` where it is plain text.
  var code: String?

  init(_ name: String, _ request: String, _ status: Int, _ code: String? = nil) {
    self.init(name, Array(request.utf8), status, code)
  }

  init(_ name: String, _ request: [UInt8], _ status: Int, _ code: String? = nil) {
    self.name = name
    bytes = request
    self.status = status
    self.code = code
  }

  var testDescription: String { name }
}

/// How tests write requests of the event API.
enum EventRequest {
  static let body =
    #"{"userId":"ann","event":"Order Completed","messageId":"m1","properties":{"order_id":"o1","total":19.99}}"#

  static func basic(_ pair: String) -> String { "Authorization: Basic \(Base64.text(Array(pair.utf8)))\r\n" }

  static func length(_ text: String = body) -> String { "Content-Length: \(text.utf8.count)\r\n" }

  /// A good request but for what is given.
  static func post(
    _ path: String = "/v1/track", authorization: String = TestSite.authorization,
    type: String = "Content-Type: application/json\r\n", host: String = "Host: localhost\r\n",
    headers: String = "", length: String? = nil, body: String = body
  ) -> String {
    "POST \(path) HTTP/1.1\r\n\(host)\(authorization)\(type)\(headers)\(length ?? self.length(body))\r\n\(body)"
  }
}

extension TestSite {
  /// Sends the bytes on a connection of their own, which stays open on this side, and reads what comes.
  func converse(
    _ bytes: [UInt8], patience: Duration = .seconds(10)
  ) async throws -> (answer: RawAnswer, ending: RawConnection.Ending) {
    let port = server.port
    return try await offPool {
      let connection = try RawConnection(port: port, patience: patience)
      connection.send(bytes)
      let (bytes, ending) = connection.readToEnd()
      return (RawAnswer(bytes), ending)
    }
  }

  /// The answer to a request, whose connection is closed behind it as asked.
  func answer(to request: BadRequest) async throws -> RawAnswer {
    var bytes = request.bytes
    // Behind the first line; a request without one has no place for it.
    if let end = bytes.firstIndex(of: 0x0A) {
      bytes.insert(contentsOf: "Connection: close\r\n".utf8, at: end + 1)
    }
    return try await converse(bytes).answer
  }
}
