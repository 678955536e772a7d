internal import CMicroHTTPD
internal import Synchronization

/// The answer a task is working on while libmicrohttpd has put the connection aside. The first answer counts.
final class PendingAnswer: Sendable {
  private struct State {
    var response: HTTPResponse?
    var task: Task<Void, Never>?
  }

  private let state = Mutex(State())
  /// The address of the suspended `MHD_Connection`. Valid until the first answer resumes it.
  private let connection: UInt

  init(connection: OpaquePointer) { self.connection = UInt(bitPattern: connection) }

  /// Stores the answer and resumes the connection. A second answer is dropped: the connection may be gone.
  func answer(_ response: HTTPResponse) {
    let isFirst = state.withLock { state in
      guard state.response == nil else { return false }
      state.response = response
      return true
    }
    if isFirst, let pointer = OpaquePointer(bitPattern: connection) { MHD_resume_connection(pointer) }
  }

  func attach(_ task: Task<Void, Never>) { state.withLock { $0.task = task } }

  /// Gives up on the task: 503 now, and its own answer will be dropped.
  func abandon() {
    let task = state.withLock { $0.task }
    answer(HTTPServerCore.stopping)
    task?.cancel()
  }

  var response: HTTPResponse? { state.withLock { $0.response } }
}
