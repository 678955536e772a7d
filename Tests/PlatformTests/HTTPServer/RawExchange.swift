import Glibc
import Platform
import Support
import Synchronization

/// Sends `request` and reads until the server ends the connection, on a thread of its own.
func exchange(_ server: HTTPServer, _ request: String) async throws -> String {
  let port = server.port
  return try await WorkerThread.run("client") {
    let socket = try LoopbackSocket(connectingTo: port)
    socket.write(request)
    return String(decoding: socket.readToEnd(), as: UTF8.self)
  }
}

func pause(_ duration: Duration) {
  let (seconds, attoseconds) = duration.components
  var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
  nanosleep(&time, nil)
}

final class Counter: Sendable {
  private let value = Atomic<Int>(0)
  var count: Int { value.load(ordering: .sequentiallyConsistent) }
  func add() { value.add(1, ordering: .sequentiallyConsistent) }
}

/// Opens once; whoever waits goes on.
final class Gate: Sendable {
  private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

  func open() {
    let waiters = state.withLock { state in
      defer { state = (true, []) }
      return state.waiters
    }
    for waiter in waiters { waiter.resume() }
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiters.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }
}

extension String {
  func components(of part: String) -> Int {
    var count = 0
    let whole = Array(utf8)
    let wanted = Array(part.utf8)
    for start in whole.indices where whole[start...].starts(with: wanted) { count += 1 }
    return count
  }
}
