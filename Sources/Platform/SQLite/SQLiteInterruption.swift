internal import CSQLite
internal import Synchronization

/// Stops the statement that a connection runs at this moment, from any thread.
package final class SQLiteInterruption: Sendable {
  /// The address of the open `sqlite3`; `nil` once it is closed. The lock keeps it open during the call.
  private let database = Mutex<UInt?>(nil)

  func attach(_ handle: OpaquePointer) {
    let address = UInt(bitPattern: handle)
    database.withLock { $0 = address }
  }

  func detach() { database.withLock { $0 = nil } }

  /// The running statement ends with `interrupted`; when none runs, nothing happens.
  package func interrupt() {
    database.withLock { address in
      if let address, let handle = OpaquePointer(bitPattern: address) { sqlite3_interrupt(handle) }
    }
  }
}
