internal import Operations
internal import Platform
internal import Service
internal import Synchronization

/// `reprise export CUSTOMER`: everything stored about a person, always as JSON.
enum ExportCommand: Command {
  static let spec = CommandLineSpec.Command(
    "export", "Print everything that is stored about a customer, as JSON",
    positionals: [.init("CUSTOMER", "the shop's id of the customer")])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let request = ExportRequest(customer: invocation.arguments.positionals[0])
    // A slow reader must not block the store.
    let (parts, queue) = AsyncStream.makeStream(of: [UInt8].self)
    let writing = Task {
      for await text in parts { Console.write(String(decoding: text, as: UTF8.self)) }
    }
    let text = Mutex(PartedText())
    let asking: Result<Void, any Error>
    do {
      try await invocation.client.perform(request) { part in
        queue.yield(text.withLock { $0.add(part) })
      }
      queue.yield(text.withLock { $0.end() })
      asking = .success(())
    } catch {
      asking = .failure(error)
    }
    queue.finish()
    await writing.value
    try asking.get()
    return 0
  }
}
