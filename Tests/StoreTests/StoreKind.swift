import Decisioning
import Domain
import Platform
import Store
import Support

/// The two databases that every test of the store runs on.
enum StoreKind: String, CaseIterable, Sendable {
  case sqlite
  case postgresql

  /// Lends a store on an empty database.
  func use<R: Sendable>(_ body: (Store) async throws -> R) async throws -> R {
    switch self {
    case .sqlite:
      let directory = try Files.makeTemporaryDirectory(prefix: "reprise-store")
      defer { try? Files.removeTree(directory) }
      return try await Self.use(.sqlite(path: directory + "/test.db"), body)
    case .postgresql:
      // As the servers of most shops: what depends on the order of bytes must not leave that to the database.
      let url = try TemporaryPostgres.shared().makeDatabase(language: "en-US")
      return try await Self.use(.postgresql(url: url), body)
    }
  }

  static func use<R: Sendable>(
    _ location: StoreLocation, _ body: (Store) async throws -> R
  ) async throws -> R {
    let store = try Store(location, options: .init(readers: 1, allowsUnsafeServer: true))
    return try await closing({ await store.close() }, after: { try await body(store) })
  }

  /// Lends the writing transaction of an empty database that knows the trigger `welcome` and the customers `ann` and
  /// `bob`.
  func transact(_ body: @escaping @Sendable (Transaction, Scene) throws -> Void) async throws {
    try await use { store in
      try await store.write { tx in
        _ = try tx.syncTriggers([("welcome", "h1"), ("win_back", "h2")], now: at(0))
        let customers = try tx.createCustomers(ids: ["ann", "bob"])
        try body(tx, Scene(ann: customers[0], bob: customers[1]))
      }
    }
  }
}

/// Who is there when a test begins.
struct Scene: Sendable {
  let ann: Customer
  let bob: Customer
}

/// Seconds after a fixed moment.
func at(_ seconds: Int64) -> Instant { Instant(milliseconds: 1_772_000_000_000 + seconds * 1000) }

func token(_ number: UInt8) -> ClaimToken { ClaimToken(bytes: [UInt8](repeating: number, count: 16)) }

func ledgerKey(_ number: Int) -> LedgerKey { LedgerKey(bytes: SHA256.hash("\(number)").bytes) }

func enrollment(
  _ customer: Customer, _ occurrence: String = "o1", trigger: TriggerID = "welcome", due: Int64? = 10
) -> Enrollment {
  Enrollment(
    trigger: trigger, customer: customer.key, occurrence: occurrence, firesAt: at(5), subject: .customer,
    nextDueAt: due.map { at($0) }, state: due == nil ? .completed : .active, plannedAt: at(0))
}

func message(
  _ number: Int, to customer: Customer, channel: ChannelName = "email", priority: Int = 100, due: Int64 = 0,
  expires: Int64 = 1000, purpose: Purpose = .marketing, address: String? = nil
) -> NewMessage {
  NewMessage(
    ledgerKey: ledgerKey(number), enrollment: Int64(number), trigger: "welcome", occurrence: "o\(number)",
    customer: customer.key, step: "1", channel: channel, priority: priority, dueAt: at(due),
    expiresAt: at(expires),
    content: MessageContent(
      to: address ?? "\(customer.id)@Example.com", subject: "Hello \(number)", text: "Text",
      purpose: purpose))
}

func result(
  _ message: ClaimedMessage, _ outcome: OutcomeClass, _ state: MessageState, charged: Bool = true,
  retry: Int64? = nil
) -> AttemptResult {
  AttemptResult(
    key: message.key, uid: message.uid, token: message.token, channel: message.channel,
    attempt: message.attempt, outcome: outcome, end: end(outcome, state, charged: charged),
    retryAt: retry.map { at($0) }, providerReference: outcome == .accepted ? "ref-\(message.key)" : nil,
    code: "250", detail: "said so",
    begunAt: at(1), handoffAt: at(2), endedAt: at(3))
}

private func end(_ outcome: OutcomeClass, _ state: MessageState, charged: Bool) -> AttemptEnd {
  let end = AttemptEnd.allCases.first {
    $0.state == state && $0.isCharged == charged && $0.mayHaveArrived == (outcome == .ambiguous)
      && ($0 == .addressBad) == (outcome == .badAddress)
  }
  guard let end else { preconditionFailure("no attempt ends so: \(outcome), \(state)") }
  return end
}

extension Transaction {
  /// Of customers none of whom has too much for one go.
  func states(inOrder keys: [CustomerKey], parts: StateParts) throws -> [CustomerState] {
    let bounds = StateBounds(currency: .unknown, triggers: [], history: .long)
    return try firstStates(inOrder: keys, parts: parts, within: bounds).states
  }

  /// The parts of an export put together; `nil` when there is nothing.
  func export(customerID: String) throws -> JSON? {
    var whole = JSONObject()
    let isKnown = try export(customerID: customerID) { part in
      for member in part.objectValue ?? JSONObject() {
        let before = whole[member.key]?.arrayValue
        whole[member.key] = before.map { .array($0 + (member.value.arrayValue ?? [])) } ?? member.value
      }
    }
    return isKnown ? .object(whole) : nil
  }

  /// Claims with tokens 1, 2, 3, ...
  func claim(
    _ channel: ChannelName = "email", limit: Int = 100, now: Int64 = 0, first: UInt8 = 1
  ) throws -> [ClaimedMessage] {
    var next = first
    return try claim(channel: channel, limit: limit, lease: .seconds(900), now: at(now)) {
      defer { next += 1 }
      return token(next)
    }
  }

  /// Asks the gates what messages themselves tell, as of a shop without a program.
  func claim(
    channel: ChannelName, limit: Int, isTrial: Bool = false, lease: Duration, now: Instant,
    token: () -> ClaimToken
  ) throws -> [ClaimedMessage] {
    var gates = WireGates(program: nil, paused: [], now: now)
    return try claim(
      channel: channel, limit: limit, isTrial: isTrial, lease: lease, now: now, ask: { gates.ask($0) },
      token: token)
  }

  func suppressed(_ entries: [(channel: ChannelName, address: String)]) throws -> Set<Int> {
    Set(try suppressions(of: entries).keys)
  }

  func state(_ number: Int, of customer: Customer) throws -> MessageState? {
    try messages(of: customer.key).first { $0.enrollment == Int64(number) }?.state
  }

  func insertStored(_ enrollments: [Enrollment]) throws -> [Enrollment] {
    try insert(enrollments)
    let keys = Array(Set(enrollments.map(\.customer)))
    return try states(of: keys, parts: StateParts(.enrollments)).values.flatMap(\.enrollments)
      .sorted { $0.key < $1.key }
  }
}
