import Platform
import Synchronization

/// A server of files over HTTP on loopback, as a shop's export is: knows validators, logins and redirects. Thread-safe.
package final class FileServer: Sendable {
  package struct File: Sendable {
    package var body: String
    package var etag: String?
    /// `Last-Modified`.
    package var modified: String?
    /// The status, if it is not 200.
    package var status = 200
    /// Where a redirect goes.
    package var location: String?
    /// Ends the connection behind so many bytes of the body.
    package var cutAfter: Int?
    /// Falls silent behind so many bytes of the body, until the client hangs up.
    package var silentAfter: Int?

    package init(_ body: String, etag: String? = nil, modified: String? = nil) {
      self.body = body
      self.etag = etag
      self.modified = modified
    }
  }

  private struct State: Sendable {
    var file: File
    var requests: [String] = []
  }

  /// Shared with the listener, which must not hold the server.
  private final class Shelf: Sendable {
    let state: Mutex<State>
    init(_ file: File) { state = Mutex(State(file: file)) }
  }

  private let shelf: Shelf
  private let listener: LoopbackListener

  package var port: UInt16 { listener.port }
  /// Heads of the requests so far.
  package var requests: [String] { shelf.state.withLock { $0.requests } }

  package init(_ file: File) throws {
    let shelf = Shelf(file)
    self.shelf = shelf
    listener = try LoopbackListener { Self.serve($0, shelf) }
  }

  package func change(_ change: (inout File) -> Void) { shelf.state.withLock { change(&$0.file) } }

  private static func serve(_ socket: LoopbackSocket, _ shelf: Shelf) {
    var head = ""
    while let line = socket.readText(), !line.isEmpty { head += line + "\n" }
    let file = shelf.state.withLock { state in
      state.requests.append(head)
      return state.file
    }
    let isKnown =
      file.etag.map { head.contains("If-None-Match: \($0)\n") }
      ?? file.modified.map { head.contains("If-Modified-Since: \($0)\n") } ?? false
    let body = Array(file.body.utf8)
    var answer = "HTTP/1.1 \(isKnown ? 304 : file.status) OK\r\nConnection: close\r\n"
    if let etag = file.etag { answer += "ETag: \(etag)\r\n" }
    if let modified = file.modified { answer += "Last-Modified: \(modified)\r\n" }
    if let location = file.location { answer += "Location: \(location)\r\n" }
    socket.write(answer + (isKnown ? "\r\n" : "Content-Length: \(body.count)\r\n\r\n"))
    if !isKnown { socket.write(Array(body.prefix(file.silentAfter ?? file.cutAfter ?? body.count))) }
    if file.silentAfter != nil { while socket.readText() != nil {} }
  }
}
