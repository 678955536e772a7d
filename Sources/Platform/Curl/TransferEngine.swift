internal import CCurl
internal import CLinux
internal import Glibc
internal import Synchronization

/// Mail and HTTP going out: one thread that drives all transfers of its relays and requests.
///
/// Any number of engines may run; a slow peer holds up nothing but its own connection. Thread-safe.
package final class TransferEngine: Sendable {
  package struct Configuration: Sendable {
    /// HTTP requests in flight at once, of which one sender alone has at most half; more wait. At least 1.
    package var maximumHTTPTransfers: Int

    package init(maximumHTTPTransfers: Int = 512) { self.maximumHTTPTransfers = max(1, maximumHTTPTransfers) }
  }

  private let inbox: TransferInbox

  /// Starts the thread. Throws when the system refuses a thread or a descriptor.
  package init(configuration: Configuration = Configuration()) throws(SystemError) {
    _ = Self.libraryIsReady
    let inbox = try TransferInbox()
    self.inbox = inbox
    try WorkerThread.start("transfers", stackSize: 512 << 10) {
      TransferLoop(inbox: inbox, configuration: configuration).run()
    }
  }

  deinit { inbox.post(.stop(deadline: 0, {})) }

  /// A relay on this engine. Relays share nothing; let one live as long as its configuration holds.
  package func relay(
    _ configuration: SMTPRelay.Configuration, events: @escaping @Sendable ([SMTPRelay.Event]) -> Void
  ) -> SMTPRelay {
    SMTPRelay(configuration: configuration, number: inbox.newID().number, inbox: inbox, events: events)
  }

  /// An identifier for `SMTPRelay.submit`, and for `HTTPTransfer.sender`.
  package func newID() -> TransferID { inbox.newID() }

  /// Sends a request and waits for its end. Cancellation ends it with `aborted_by_callback`.
  package func send(_ transfer: HTTPTransfer) async -> HTTPTransferResult {
    let id = inbox.newID()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        if !inbox.post(.http(id, transfer, { continuation.resume(returning: $0) })) {
          continuation.resume(
            returning: HTTPTransferResult(code: .abortedByCallback, detail: "the transfer engine is stopped"))
        }
        // A task cancelled before has posted its abort too early.
        if Task.isCancelled { inbox.post(.abort([id])) }
      }
    } onCancel: {
      inbox.post(.abort([id]))
    }
  }

  /// Takes nothing new, lets running transfers finish for `limit`, ends the rest as aborted with the stage they
  /// reached, and closes everything. Returns when the thread's work is done; also when called again.
  package func stop(within limit: Duration) async {
    let deadline = monotonicNanoseconds() &+ limit.wholeNanoseconds
    await withCheckedContinuation { continuation in
      if !inbox.post(.stop(deadline: deadline, { continuation.resume() })) { continuation.resume() }
    }
  }

  /// `curl_global_init` once in the process, before the first handle; Swift makes it thread-safe.
  private static let libraryIsReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

/// What other threads put in and the engine's thread takes out, with the descriptor that wakes it.
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
  /// An eventfd; open for the life of the inbox.
  let wakeDescriptor: Int32

  init() throws(SystemError) {
    wakeDescriptor = clinux_open_event()
    guard wakeDescriptor >= 0 else { throw SystemError.last("create an event descriptor") }
  }

  deinit { Glibc.close(wakeDescriptor) }

  func newID() -> TransferID { TransferID(number: counter.add(1, ordering: .relaxed).newValue) }

  /// False when the engine has ended and the command will never be looked at.
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

  /// Takes all commands. With `closing`, later ones are refused from this moment on.
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
