import Platform
import Synchronization

/// A mail of about `size` bytes.
func mail(size: Int = 100) -> SMTPMail {
  let line = Array("The quick brown fox jumps over the lazy dog.\r\n".utf8)
  var message = Array("Subject: test\r\n\r\n".utf8)
  while message.count < size { message.append(contentsOf: line) }
  return SMTPMail(
    sender: try! EnvelopeAddress("from@example.org"), recipients: [try! EnvelopeAddress("to@example.org")],
    message: message)
}

/// Collects a relay's events; waiting ends as soon as enough have come.
final class RelayJournal: Sendable {
  private struct State {
    var ready: [TransferID] = []
    var finished: [SMTPResult] = []
    var waiters: [(isMet: @Sendable ([TransferID], [SMTPResult]) -> Bool, CheckedContinuation<Void, Never>)] =
      []
  }

  private let state = Mutex(State())

  func take(_ events: [SMTPRelay.Event]) {
    let met = state.withLock { state in
      for event in events {
        switch event {
        case .readyForDot(let id): state.ready.append(id)
        case .finished(let result): state.finished.append(result)
        }
      }
      let met = state.waiters.filter { $0.isMet(state.ready, state.finished) }
      state.waiters.removeAll { $0.isMet(state.ready, state.finished) }
      return met.map(\.1)
    }
    for continuation in met { continuation.resume() }
  }

  func ready(_ count: Int) async -> [TransferID] {
    await wait { ready, _ in ready.count >= count }
    return state.withLock { $0.ready }
  }

  func finished(_ count: Int) async -> [SMTPResult] {
    await wait { _, finished in finished.count >= count }
    return state.withLock { $0.finished }
  }

  private func wait(_ isMet: @escaping @Sendable ([TransferID], [SMTPResult]) -> Bool) async {
    await withCheckedContinuation { continuation in
      let now = state.withLock { state in
        if isMet(state.ready, state.finished) { return true }
        state.waiters.append((isMet, continuation))
        return false
      }
      if now { continuation.resume() }
    }
  }
}
