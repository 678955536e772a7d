/// Non-blocking reading and writing.
extension SMTPConnection {
  private static let readSize = 16 * 1024

  func readable() {
    while !isClosed {
      let count = withUnsafeTemporaryAllocation(byteCount: Self.readSize, alignment: 8) { buffer -> Int in
        let count = wire.read(buffer)
        if count > 0 { parser.append(buffer.prefix(count)) }
        return count
      }
      if count == 0 { break }
      if count < 0 {
        let detail =
          parser.hasPartial ? "connection lost in the middle of a reply" : "connection closed by the server"
        finish(.lost, code: .receiveError, detail: detail)
        return
      }
      consume()
      if !wire.keepsBytes, count < Self.readSize { break }
    }
  }

  private func consume() {
    while !isClosed {
      switch parser.next() {
      case .needMore: return
      case .garbage:
        finish(.garbled, code: .weirdServerReply, detail: "not an SMTP reply")
        return
      case .reply(let reply): perform(conversation.received(reply))
      }
    }
  }

  func writable() { pump() }

  /// Writes pending output until the socket is full.
  func pump() {
    while !isClosed {
      guard let part = output.next else {
        watchForRoom(false)
        return
      }
      let count = write(part)
      guard count > 0 else {
        blocked(count)
        return
      }
      output.wrote(count, of: part)
      if case .body(let start, let end) = part { wroteBody(to: start + count, of: end) }
    }
  }

  private func write(_ part: SMTPOutput.Part) -> Int {
    switch part {
    case .commands(let start): wire.write(output.commands, from: start, to: output.commands.count)
    case .body(let start, let end): wire.write(submission?.body.wire ?? [], from: start, to: end)
    }
  }

  private func wroteBody(to place: Int, of end: Int) {
    if place < end {
      setDeadline(configuration.timeouts.reply)
    } else if end == submission?.body.wire.count {
      conversation.dotWritten()
      setDeadline(configuration.timeouts.dotReply)
    } else {
      perform(conversation.bodyWritten())
    }
  }

  private func blocked(_ count: Int) {
    if count == 0 {
      watchForRoom(true)
    } else {
      finish(.lost, code: .sendError, detail: "the connection broke while writing")
    }
  }

  /// Sets whether the loop reports when the socket becomes writable.
  private func watchForRoom(_ isWanted: Bool) {
    guard wantsWrite != isWanted else { return }
    wantsWrite = isWanted
    pool.loop.watch(self)
  }
}
