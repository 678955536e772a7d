/// A relay's state on the engine's thread: waiting mails, connections, and the events of this turn.
final class SMTPPool {
  let relay: SMTPRelay
  unowned let loop: TransferLoop

  private var waiting: [SMTPSubmission?] = []
  private var waitingHead = 0
  private var connections: [ObjectIdentifier: SMTPConnection] = [:]
  private var idle: [SMTPConnection] = []
  private var connecting = 0
  private var events: [SMTPRelay.Event] = []
  private var completions: [((SMTPResult) -> Void, SMTPResult)] = []

  init(relay: SMTPRelay, loop: TransferLoop) {
    self.relay = relay
    self.loop = loop
  }

  private var waitingCount: Int { waiting.count - waitingHead }
  var hasWork: Bool { waitingCount > 0 || connections.values.contains { $0.currentID != nil } }
  var isUnused: Bool { connections.isEmpty && waitingCount == 0 && events.isEmpty }
  var all: [SMTPConnection] { Array(connections.values) }

  func take(_ submissions: [SMTPSubmission]) {
    for submission in submissions {
      if submission.recipients.isEmpty {
        finish(
          submission,
          SMTPResult(
            id: submission.id, end: .unsupported, stage: .connecting, detail: "the mail has no recipient"))
      } else {
        waiting.append(submission)
      }
    }
    dispatch()
  }

  /// Assigns waiting mails to idle connections, and opens as many more as are useful and allowed.
  func dispatch() {
    while waitingCount > 0, let connection = idle.popLast() {
      guard connection.isIdle else { continue }
      guard let next = popWaiting() else { break }
      if !connection.begin(next) { idle.append(connection) }
    }
    while waitingCount > connecting, connections.count < relay.configuration.maximumConnections { open() }
  }

  func popWaiting() -> SMTPSubmission? {
    guard waitingHead < waiting.count else { return nil }
    let next = waiting[waitingHead]
    waiting[waitingHead] = nil
    waitingHead += 1
    if waitingHead == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      waitingHead = 0
    } else if waitingHead > 1024, waitingHead * 2 > waiting.count {
      waiting.removeFirst(waitingHead)
      waitingHead = 0
    }
    return next
  }

  func putBack(_ submission: SMTPSubmission) {
    if waitingHead > 0 {
      waitingHead -= 1
      waiting[waitingHead] = submission
    } else {
      waiting.insert(submission, at: 0)
    }
    loop.needsDispatch(self)
  }

  private func open() {
    let connection = SMTPConnection(pool: self)
    connections[ObjectIdentifier(connection)] = connection
    connecting += 1
    connection.prepare()
    loop.add(connection)
  }

  /// libcurl has finished with this connection. A failed attempt fails one waiting mail.
  func connected(_ connection: SMTPConnection, _ code: CurlCode) {
    connecting -= 1
    if connection.connected(code) {
      loop.watch(connection)
      becomeIdle(connection)
    } else {
      let failure = code == .ok ? CurlCode.weirdServerReply : code
      if let next = popWaiting() { finish(next, connection.connectFailure(failure, id: next.id)) }
      connection.quit()
    }
    loop.needsDispatch(self)
  }

  func readyForDot(_ id: TransferID, on connection: SMTPConnection) {
    loop.atGate[id] = connection
    events.append(.readyForDot(id))
    loop.needsFlush(self)
  }

  func finish(_ submission: SMTPSubmission, _ result: SMTPResult) {
    loop.atGate[submission.id] = nil
    if let completion = submission.completion {
      completions.append((completion, result))
    } else {
      events.append(.finished(result))
    }
    loop.needsFlush(self)
    loop.needsDispatch(self)
  }

  /// After events: connections without a mail return to the idle list, or end.
  func settle(_ connection: SMTPConnection) {
    if connection.isIdle { becomeIdle(connection) }
  }

  private func becomeIdle(_ connection: SMTPConnection) {
    let limit = relay.configuration.mailsPerConnection
    if limit > 0, connection.mailsTaken >= limit { return connection.quit() }
    while let next = popWaiting() {
      if connection.begin(next) {
        // A reply out of turn brings a connection here that is already in the list.
        idle.removeAll { $0 === connection }
        return
      }
    }
    if !idle.contains(where: { $0 === connection }) {
      idle.append(connection)
      connection.idleUntil(relay.configuration.timeouts.idle)
    }
  }

  func closed(_ connection: SMTPConnection) {
    connections[ObjectIdentifier(connection)] = nil
    idle.removeAll { $0 === connection }
    loop.remove(connection)
    if waitingCount > 0 { loop.needsDispatch(self) }
  }

  /// Ends a mail that is still waiting. Returns false if it is not here.
  func abortWaiting(_ id: TransferID) -> Bool {
    for index in waitingHead..<waiting.count where waiting[index]?.id == id {
      guard let submission = waiting.remove(at: index) else { return false }
      finish(submission, SMTPResult(id: id, end: .aborted, stage: .connecting))
      return true
    }
    return false
  }

  /// Ends everything, each mail with the stage it reached.
  func cancelAll() {
    while let next = popWaiting() {
      finish(next, SMTPResult(id: next.id, end: .aborted, stage: .connecting))
    }
    for connection in all {
      if connection.currentID != nil {
        connection.finish(.aborted, detail: "the transfer engine was stopped")
      } else {
        connection.quit()
      }
    }
  }

  /// Passes the events of this turn to the caller in one call.
  func flush() {
    let results = completions
    completions = []
    for (completion, result) in results { completion(result) }
    guard !events.isEmpty else { return }
    let batch = events
    events = []
    relay.events(batch)
  }
}
