import Decisioning
import Delivery
import Domain
import Platform
import Service
import Store
import Support

/// Every outbox there is, as the suite of their contract meets it.
enum OutboxKind: CaseIterable, Sendable {
  case inMemory
  case sqlite
  case postgresql

  /// Lends an empty one.
  func use(_ body: (OutboxUnderTest) async throws -> Void) async throws {
    switch self {
    case .inMemory:
      let outbox = InMemoryOutbox()
      try await body(
        OutboxUnderTest(
          outbox: outbox,
          add: { drafts in
            for draft in drafts { outbox.add([draft.claimed], priority: draft.priority) }
          },
          states: {
            Dictionary(uniqueKeysWithValues: outbox.rows.values.map { (Int($0.message.key), $0.state) })
          }))
    case .sqlite:
      let directory = try Files.makeTemporaryDirectory(prefix: "outbox")
      defer { try? Files.removeTree(directory) }
      try await use(.sqlite(path: directory + "/test.db"), body)
    case .postgresql:
      try await use(.postgresql(url: try TemporaryPostgres.shared().makeDatabase()), body)
    }
  }

  private func use(_ location: StoreLocation, _ body: (OutboxUnderTest) async throws -> Void) async throws {
    let store = try Store(location, options: .init(readers: 1, allowsUnsafeServer: true))
    let customer = try await store.write { try $0.createCustomers(ids: ["ann"])[0].key }
    let shop = LiveShop(Shop(program: .shop([]), catalog: Catalog(), triggers: [:]))
    let under = OutboxUnderTest(
      outbox: StoreOutbox(store, shop: shop, log: .silent),
      add: { drafts in
        _ = try await store.write { tx in
          try tx.insert(drafts.map { $0.new(to: customer) }, now: noon)
        }
      },
      states: {
        let messages = try await store.read { try $0.messages(of: customer) }
        return Dictionary(uniqueKeysWithValues: messages.map { (Int($0.enrollment), $0.state) })
      })
    try await closing({ await store.close() }, after: { try await body(under) })
  }
}

/// An outbox, and what its contract says nothing about: how messages come into it, and what became of them.
struct OutboxUnderTest {
  let outbox: any Outbox
  let add: ([MessageDraft]) async throws -> Void
  /// By the numbers of the drafts.
  let states: () async throws -> [Int: MessageState]
}

/// A message to be put into an outbox; its text is its number.
struct MessageDraft: Sendable {
  var number: Int
  var priority = 100
  var dueAt = noon
  var expiresAt = noon + .hours(24)
  var channel: ChannelName = "email"
  var to = "ann@tea.example"

  init(_ number: Int) { self.number = number }

  var claimed: ClaimedMessage {
    message(
      key: Int64(number), to: to, text: "\(number)", channel: channel, dueAt: dueAt, expiresAt: expiresAt)
  }

  func new(to customer: CustomerKey) -> NewMessage {
    NewMessage(
      ledgerKey: LedgerKey(bytes: SHA256.hash("\(number)").bytes), enrollment: Int64(number),
      trigger: "win_back", occurrence: "\(number)", customer: customer, step: "first", channel: channel,
      priority: priority, dueAt: dueAt, expiresAt: expiresAt, content: claimed.content)
  }
}
