internal import CLinux
internal import Glibc

/// Dedicated threads for blocking work, which must be kept off Swift's cooperative pool.
package enum WorkerThread {
  /// Starts a detached thread that runs `body`.
  ///
  /// - Parameters:
  ///   - name: shown by `ps -L` and debuggers; the kernel keeps the first 15 bytes.
  ///   - stackSize: in bytes, 1 MiB by default.
  package static func start(
    _ name: String, stackSize: Int = 1 << 20, _ body: @escaping @Sendable () -> Void
  ) throws(SystemError) {
    let context = Unmanaged.passRetained(Body(name: name, run: body))
    let code = clinux_start_thread(
      { context in
        // Balances the passRetained above; starting a thread orders its writes before this read.
        let body = Unmanaged<Body>.fromOpaque(context!).takeRetainedValue()
        clinux_name_thread(String(decoding: body.name.utf8.prefix(15), as: UTF8.self))
        body.run()
        return nil
      }, context.toOpaque(), max(stackSize, 128 << 10))
    guard code == 0 else {
      context.release()
      throw SystemError("start the thread '\(name)'", code: code)
    }
  }

  /// Runs `body` on a dedicated thread and suspends the caller until it returns.
  package static func run<Result: Sendable>(
    _ name: String, _ body: @escaping @Sendable () throws -> Result
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Result, any Error>) in
      do {
        try start(name) { continuation.resume(with: Swift.Result { try body() }) }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  private final class Body: Sendable {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }
}
