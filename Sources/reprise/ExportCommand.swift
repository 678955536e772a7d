internal import Operations
internal import Platform
internal import Service
internal import Synchronization

/// `reprise export CUSTOMER`: everything stored about a person, always as JSON. `reprise export LIST [FILE]`:
/// a list of the store, as `import` reads it.
enum ExportCommand: Command {
  static let spec = CommandLineSpec.Command(
    "export", "Print all that is stored about a customer, or a list for another store",
    positionals: [
      .init(
        "CUSTOMER", "the shop's id of a customer; or a list: \(lists), which holds people's addresses"),
      .init("FILE", "where a list goes, a new file; standard output if not given", count: .optional),
    ],
    options: [.init("customer", "the word is a customer's id, even if it names a list")])

  private static let lists = StoredList.allCases.map(\.rawValue).joined(separator: ", ")

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let words = invocation.arguments.positionals
    if !invocation.arguments.has("customer"), let list = StoredList(rawValue: words[0]) {
      return try await run(invocation, list, to: words.count > 1 ? words[1] : nil)
    }
    guard words.count == 1 else {
      throw UsageError(
        "a customer's data goes to standard output; only a list goes to FILE", "reprise export")
    }
    try await export(words[0], invocation)
    return 0
  }

  private static func export(_ customer: String, _ invocation: Invocation) async throws {
    let text = Mutex(PartedText())
    try await ask(ExportRequest(customer: customer), invocation) { part in
      Console.write(json: String(decoding: text.withLock { $0.add(part) }, as: UTF8.self))
    }
    Console.write(json: String(decoding: text.withLock { $0.end() }, as: UTF8.self))
  }

  private static func run(
    _ invocation: Invocation, _ list: StoredList, to path: String?
  ) async throws -> Int32 {
    let export = try ListExport(columns: list.columns, to: path, isJSON: invocation.wantsJSON)
    do {
      try await ask(ExportListRequest(list: list), invocation) { export.take($0) }
      let count = try export.finish()
      if let path {
        Console.complain("\(path): \(DecimalText.grouped(count)) \(list.noun(count))\n")
      }
    } catch {
      export.giveUp()
      throw error
    }
    return 0
  }

  /// Buffers the parts, so that a slow reader of the output does not block the store.
  static func ask(
    _ request: some PartedRequest, _ invocation: Invocation, _ take: @escaping @Sendable (JSON) -> Void
  ) async throws {
    let (parts, queue) = AsyncStream.makeStream(of: JSON.self)
    let writing = Task { for await part in parts { take(part) } }
    let asking: Result<Void, any Error>
    do {
      try await invocation.client.perform(request) { queue.yield($0) }
      asking = .success(())
    } catch {
      asking = .failure(error)
    }
    queue.finish()
    await writing.value
    try asking.get()
  }
}
