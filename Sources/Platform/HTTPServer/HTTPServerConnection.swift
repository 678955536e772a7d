internal import CLinux
internal import Glibc

/// A client's connection: a state machine driven by what its socket can read and write.
///
/// Used only on its loop's thread. Input is read only when it can be processed, so that neither pipelined
/// requests nor unread responses accumulate.
final class HTTPServerConnection {
  /// A refused request with a body up to this length is read to its end, and the connection kept.
  private static let discardLimit = 64 * 1024
  /// How often a connection may read, and how many steps it may take, before others get their turn.
  private static let readsPerTurn = 16
  private static let stepsPerTurn = 64
  /// Bytes read at once while reading heads; small, so that each piece is quickly processed.
  private static let headBytes = 16 * 1024

  let id: UInt64
  let address: NetworkAddress?
  private(set) var deadline: UInt64
  /// Whether a request is in progress, from its head to the last byte of its response.
  private(set) var isActive = false

  private let descriptor: Int32
  private unowned let loop: HTTPServerLoop
  private var phase: Phase
  private var input: [UInt8] = []
  private var output = HTTPOutput([])
  /// Stored outside the phase, so that it grows in place.
  private var reader = HTTPBodyReader(length: 0)
  private var share: BodyRoom.Share?
  /// Whether a request has been answered; the deadline of the first head counts from the connection.
  private var isUsed = false
  private var isReadable = true
  private var isWritable = true
  /// Whether the connection waits in the loop's list for its next turn.
  private var isQueued = false
  /// Whether the current request keeps the connection open.
  private var isKept = true
  private var isHead = false
  private var isHTTP10 = false

  /// Takes ownership of the descriptor.
  init(id: UInt64, descriptor: Int32, address: NetworkAddress?, loop: HTTPServerLoop) {
    self.id = id
    self.descriptor = descriptor
    self.address = address
    self.loop = loop
    phase = .head(RequestHeadScanner(maximumBytes: loop.configuration.maximumHeaderBytes))
    deadline = monotonicNanoseconds() &+ loop.configuration.headDeadline.wholeNanoseconds
  }

  var isClosed: Bool { if case .closed = phase { true } else { false } }

  /// Whether the connection waits for a request and no byte of it has arrived.
  var isIdle: Bool { if case .head = phase { input.isEmpty } else { false } }

  // MARK: - From the loop

  func ready(readable: Bool, writable: Bool) {
    if readable { isReadable = true }
    if writable { isWritable = true }
    drive()
  }

  /// Takes the next turn.
  func takeTurn() {
    isQueued = false
    drive()
  }

  /// Accepts a task's response; ignored if nothing is waiting for it any more.
  func answer(_ response: HTTPResponse) {
    guard case .working = phase else { return }
    respond(response)
    drive()
  }

  func close() {
    if isClosed { return }
    phase = .closed
    finishRequest()
    Glibc.close(descriptor)
    loop.forget(self)
  }

  /// Proceeds as far as possible without waiting. Does nothing while queued for its next turn: whatever happens in the
  /// meantime, it gets no second turn before the others have had theirs.
  func drive() {
    if isQueued { return }
    var reads = 0
    for _ in 0..<Self.stepsPerTurn {
      switch step() {
      case .again: continue
      case .wait: return
      case .read:
        guard isReadable else { return }
        guard reads < Self.readsPerTurn else { return turnAgain() }
        reads += 1
        guard receive() else { return }
      }
    }
    turnAgain()
  }

  private func turnAgain() {
    isQueued = true
    loop.turnAgain(self)
  }

  private func step() -> Step {
    switch phase {
    case .head(var scanner):
      if input.isEmpty { return .read }
      do throws(HTTPHeadCheck.Problem) {
        let end = try scanner.scan(input)
        phase = .head(scanner)
        guard let end else { return .read }
        let read = try HTTPHeadCheck.read(input[..<end], clientAddress: address)
        input.removeFirst(end)
        take(read)
      } catch {
        refuse(error)
      }
      return .again
    case .body, .discarding:
      if input.isEmpty { return .read }
      let bytes = input
      input = []
      let used = bytes.withUnsafeBytes { takeBody($0) }
      if used < bytes.count { input = Array(bytes[used...]) }
      return .again
    case .answering(let closing):
      guard flush() else { return .wait }
      finishRequest()
      switch closing {
      case nil: wait()
      case .atOnce? where input.isEmpty: close()
      default: linger()
      }
      return .again
    case .lingering:
      input = []
      return .read
    case .working, .closed: return .wait
    }
  }

  /// Reads once. Returns false if nothing more is available now.
  private func receive() -> Bool {
    let isHead = if case .head = phase { true } else { false }
    let buffer = UnsafeMutableRawBufferPointer(
      rebasing: loop.buffer[..<(isHead ? Self.headBytes : loop.buffer.count)])
    let count = retryingInterrupts { recv(descriptor, buffer.baseAddress, buffer.count, 0) }
    if count < 0, errno == EAGAIN {
      isReadable = false
      return false
    }
    guard count > 0 else {
      close()
      return false
    }
    var bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
    switch phase {
    case .body, .discarding: bytes = UnsafeRawBufferPointer(rebasing: bytes[takeBody(bytes)...])
    case .lingering: return true
    default: if isIdle, isUsed { allow(loop.configuration.headDeadline) }
    }
    input.append(contentsOf: bytes)
    return true
  }

  // MARK: - Requests

  private func take(_ read: HTTPHeadCheck.Result) {
    let head = read.head
    (isKept, isHead, isHTTP10) = (read.isKept, head.method == .head, read.isHTTP10)
    isActive = true
    loop.requestBegan()
    allow(loop.configuration.bodyDeadline)
    if loop.isStopping { return respond(HTTPServerLoop.stopping) }
    switch loop.admit(head) {
    case .respond(let response):
      if head.contentLength == 0 { return respond(response) }
      // Without `Expect` the body is probably on its way already: read a short one first.
      if let length = head.contentLength, length <= Self.discardLimit, !read.expectsContinue {
        phase = .discarding(left: length, response)
      } else {
        respond(response, closing: .afterLingering)
      }
    case .accept(let maximum, let holder):
      if let length = head.contentLength, length > maximum { return refuse(.bodyTooLong(maximum)) }
      if head.contentLength == 0 { return dispatch(HTTPRequest(head: head)) }
      share = BodyRoom.Share(address: loop.accountable(address), holder: holder)
      if read.expectsContinue, input.isEmpty {
        // The socket's buffer is empty, since everything before has been answered.
        let bytes = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      reader = HTTPBodyReader(length: head.contentLength)
      phase = .body(head, maximum: maximum)
    }
  }

  /// - Returns: how many of the bytes belong to the body.
  private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
    switch phase {
    case .discarding(let left, let response):
      let count = min(left, bytes.count)
      if count == left { respond(response) } else { phase = .discarding(left: left - count, response) }
      return count
    case .body(let head, let maximum):
      do throws(ChunkedBody.Problem) {
        let used = try reader.take(bytes, maximum: maximum)
        guard var grown = share, loop.room.grow(&grown, to: reader.body.count) else {
          respond(HTTPServerLoop.busy, closing: .afterLingering)
          return used
        }
        share = grown
        if reader.isDone { dispatch(HTTPRequest(head: head, body: takenBody())) }
        return used
      } catch {
        switch error {
        case .tooLong: refuse(.bodyTooLong(maximum))
        case .malformed(let text): refuse(HTTPHeadCheck.Problem(status: 400, text: text))
        }
        return bytes.count
      }
    default: return 0
    }
  }

  private func takenBody() -> [UInt8] {
    defer { reader = HTTPBodyReader(length: 0) }
    return reader.body
  }

  private func dispatch(_ request: HTTPRequest) {
    if let response = loop.immediate?(request) { return respond(response) }
    phase = .working
    deadline = .max
    loop.work(on: request, for: self)
  }

  private func refuse(_ problem: HTTPHeadCheck.Problem) {
    var response = HTTPResponse(status: problem.status, text: problem.text)
    if problem.status == 405 {
      response.headers.append("Allow", HTTPMethod.allCases.map(\.rawValue).joined(separator: ", "))
    }
    respond(response, closing: .afterLingering)
  }

  // MARK: - Answers

  private func respond(_ response: HTTPResponse, closing: Closing? = nil) {
    let isAsked = response.headers["Connection"].map { HTTPHeaders.equal($0, "close") } ?? false
    let closing = closing ?? (isAsked ? .afterLingering : isKept ? nil : .atOnce)
    let connection = closing != nil ? "close" : isHTTP10 ? "keep-alive" : nil
    reader = HTTPBodyReader(length: 0)
    output = HTTPOutput(response.serialized(date: loop.date, connection: connection, withoutBody: isHead))
    phase = .answering(closing: closing)
    allow(loop.configuration.responseDeadline)
  }

  /// Returns false if the peer does not accept everything now.
  private func flush() -> Bool {
    guard isWritable else { return false }
    switch output.write(to: descriptor) {
    case .done:
      output = HTTPOutput([])
      return true
    case .full: isWritable = false
    case .broken: close()
    }
    return false
  }

  private func finishRequest() {
    if let share { loop.room.release(share) }
    share = nil
    guard isActive else { return }
    isActive = false
    loop.requestEnded()
  }

  private func wait() {
    (isUsed, isKept, isHead, isHTTP10) = (true, true, false, false)
    phase = .head(RequestHeadScanner(maximumBytes: loop.configuration.maximumHeaderBytes))
    allow(input.isEmpty ? loop.configuration.keepAlive : loop.configuration.headDeadline)
  }

  private func linger() {
    phase = .lingering
    shutdown(descriptor, Int32(SHUT_WR))
    allow(min(loop.configuration.linger, loop.configuration.bodyDeadline))
  }

  private func allow(_ limit: Duration) { deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds }
}
