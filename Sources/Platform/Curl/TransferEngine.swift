internal import CCurl
internal import CLinux
internal import Glibc
internal import Synchronization

/// Outgoing mail and HTTP: one thread that drives all transfers of its relays and requests.
///
/// A process may run several engines; a slow peer delays only its own connection. Thread-safe.
package final class TransferEngine: Sendable {
  package struct Configuration: Sendable {
    /// Maximum HTTP requests in flight; one sender alone gets at most half. More wait. At least 1.
    package var maximumHTTPTransfers: Int

    package init(maximumHTTPTransfers: Int = 512) { self.maximumHTTPTransfers = max(1, maximumHTTPTransfers) }
  }

  private let inbox: TransferInbox

  /// Starts the thread. Throws if the system refuses a thread or a descriptor.
  package init(configuration: Configuration = Configuration()) throws(SystemError) {
    _ = Self.libraryIsReady
    let inbox = try TransferInbox()
    self.inbox = inbox
    try WorkerThread.start("transfers", stackSize: 512 << 10) {
      TransferLoop(inbox: inbox, configuration: configuration).run()
    }
  }

  deinit { inbox.post(.stop(deadline: 0, {})) }

  /// A relay on this engine. Relays share nothing; keep one for as long as its configuration is valid.
  package func relay(
    _ configuration: SMTPRelay.Configuration, events: @escaping @Sendable ([SMTPRelay.Event]) -> Void
  ) -> SMTPRelay {
    SMTPRelay(configuration: configuration, number: inbox.newID().number, inbox: inbox, events: events)
  }

  /// Makes an identifier for `SMTPRelay.submit` or `HTTPTransfer.sender`.
  package func newID() -> TransferID { inbox.newID() }

  /// Sends a request and waits for its result. Cancellation ends it with `aborted_by_callback`.
  package func send(_ transfer: HTTPTransfer) async -> HTTPTransferResult {
    let id = inbox.newID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if !inbox.post(.http(id, transfer, { continuation.resume(returning: $0) })) {
          continuation.resume(
            returning: HTTPTransferResult(code: .abortedByCallback, detail: "the transfer engine is stopped"))
        }
        // If the task was already cancelled, the abort was posted ahead of the request and had no effect.
        if Task.isCancelled { inbox.post(.abort([id])) }
      }
    } onCancel: {
      inbox.post(.abort([id]))
    }
  }

  /// Accepts nothing new, gives running transfers `limit` to finish, aborts the rest (their results name the stage
  /// they reached), and closes everything. Returns when the thread has finished, also on repeated calls.
  package func stop(within limit: Duration) async {
    let deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds
    await withCheckedContinuation { continuation in
      if !inbox.post(.stop(deadline: deadline, { continuation.resume() })) { continuation.resume() }
    }
  }

  /// Runs `curl_global_init` once per process, before the first handle; `static let` makes that thread-safe.
  private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// Commands from other threads to the engine's, with the descriptor that wakes it.
final class TransferInbox: Sendable {
  enum Command: Sendable {
    case mail(SMTPRelay, [SMTPSubmission])
    case releaseDot([TransferID])
    case abort([TransferID])
    case http(TransferID, HTTPTransfer, @Sendable (HTTPTransferResult) -> Void)
    case stop(deadline: UInt64, @Sendable () -> Void)
  }

  private struct State {
    var commands: [Command] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let counter = Atomic<UInt64>(0)
  /// An eventfd, open as long as the inbox lives.
  let wakeDescriptor: Int32

  init() throws(SystemError) {
    wakeDescriptor = clinux_open_event()
    guard wakeDescriptor >= 0 else { throw SystemError.last("create an event descriptor") }
  }

  deinit { Glibc.close(wakeDescriptor) }

  func newID() -> TransferID { TransferID(number: counter.add(1, ordering: .relaxed).newValue) }

  /// Returns false if the engine has ended and will not see the command.
  @discardableResult
  func post(_ command: Command) -> Bool {
    let (accepted, wake) = state.withLock { state in
      guard !state.isClosed else { return (false, false) }
      state.commands.append(command)
      return (true, state.commands.count == 1)
    }
    if wake {
      clinux_raise_event(wakeDescriptor)
    }
    return accepted
  }

  /// Takes all commands. With `closing`, refuses later ones from then on.
  func take(closing: Bool = false) -> [Command] {
    state.withLock { state in
      if closing { state.isClosed = true }
      guard !state.commands.isEmpty else { return [] }
      let commands = state.commands
      state.commands = []
      return commands
    }
  }
}
