import Delivery
import Domain
import Platform
import Synchronization

/// The outbox's contract without a database. It is held to the same suite as the outbox of the store. Thread-safe.
final class InMemoryOutbox: Outbox {
  struct Row: Equatable {
    var message: ClaimedMessage
    /// Lower goes first.
    var priority = 100
    var state: MessageState
    var attempt = 0
    var token: ClaimToken?
    var leaseUntil: Instant?
    var maybeDelivered = false
    var faultedAt: Instant?
  }

  struct Unavailable: Error, CustomStringConvertible { var description: String { "the disk is full" } }

  fileprivate struct State {
    var rows: [Int64: Row] = [:]
    var nextToken: UInt64 = 1
    var suppressed: Set<String> = []
    var results: [AttemptResult] = []
    var handoffGroups: [Int] = []
    var failRecords = 0
    var failHandoffs = 0
    var refusedRecords: Set<Int64> = []
    var stolen: Set<Int64> = []
    var dropped: [HandoffClaim] = []
    var failNextDue = 0
    var passedAt = Instant.distantPast
    var holdHandoffs: [CheckedContinuation<Void, Never>]?
  }

  private let state = Mutex(State())
  private let changed: @Sendable () -> Void

  init(changed: @escaping @Sendable () -> Void = {}) { self.changed = changed }

  func add(_ messages: [ClaimedMessage], priority: Int = 100, now: Instant = noon) {
    state.withLock { state in
      for message in messages {
        state.rows[message.key] = Row(
          message: message, priority: priority, state: message.dueAt > now ? .waiting : .queued)
      }
    }
  }

  var rows: [Int64: Row] { state.withLock { $0.rows } }
  var results: [AttemptResult] { state.withLock { $0.results } }
  /// The sizes of the handoff commits.
  var handoffGroups: [Int] { state.withLock { $0.handoffGroups } }
  var suppressed: Set<String> { state.withLock { $0.suppressed } }
  func count(_ wanted: MessageState) -> Int { state.withLock { $0.rows.values.count { $0.state == wanted } } }

  func failRecords(_ count: Int) { state.withLock { $0.failRecords = count } }
  func failHandoffs(_ count: Int) { state.withLock { $0.failHandoffs = count } }
  /// Fails every group with an outcome of these messages in it, as values do that no column takes.
  func refuseRecords(of keys: Set<Int64>) { state.withLock { $0.refusedRecords = keys } }
  /// Takes the claim away between claim and handoff, as an unsubscribe does.
  func steal(_ keys: Set<Int64>) { state.withLock { $0.stolen = keys } }

  /// Takes claims back, to be looked at once more, as an order does.
  func takeBack(_ keys: Set<Int64>) {
    state.withLock { state in
      for key in keys { state.apply(.takenBack, to: key) }
    }
  }

  var dropped: [HandoffClaim] { state.withLock { $0.dropped } }
  func dropped(_ claims: [HandoffClaim]) {
    state.withLock { $0.dropped += claims }
    if !claims.isEmpty { changed() }
  }

  func failNextDue(_ count: Int) { state.withLock { $0.failNextDue = count } }

  /// Lets handoff commits wait until `freeHandoffs`.
  func holdHandoffs() { state.withLock { $0.holdHandoffs = [] } }
  func freeHandoffs() {
    let held = state.withLock { state in
      defer { state.holdHandoffs = nil }
      return state.holdHandoffs ?? []
    }
    for continuation in held { continuation.resume() }
  }
  var heldHandoffs: Int { state.withLock { $0.holdHandoffs?.count ?? 0 } }

  func claim(
    channel: ChannelName, limit: Int, isTrial: Bool, lease: Duration, now: Instant
  ) async throws -> [ClaimedMessage] {
    state.withLock { state in
      for key in state.rows.keys where state.rows[key]?.message.channel == channel {
        guard let dueAt = state.rows[key]?.message.dueAt, dueAt <= now else { continue }
        state.apply(.due, to: key)
      }
      let queued = state.rows.values.filter { $0.message.channel == channel && $0.state == .queued }.sorted()
      let clean = queued.filter { $0.faultedAt == nil }
      var claimed: [ClaimedMessage] = []
      for row in isTrial && !clean.isEmpty ? clean : queued where claimed.count < limit {
        let key = row.message.key
        if row.message.expiresAt <= now {
          state.apply(.overdue, to: key)
        } else if state.suppressed.contains(row.message.content.to) {
          state.apply(.suppressed, to: key)
        } else {
          state.apply(.claimed, to: key)
          state.rows[key]?.leaseUntil = now + lease
          var message = row.message
          message.token = state.makeToken()
          message.attempt = row.attempt + 1
          message.standing = row.faultedAt.map { $0 <= state.passedAt ? .accused : .failed } ?? .clean
          state.rows[key]?.token = message.token
          claimed.append(message)
        }
      }
      return claimed
    }
  }

  func beginHandoff(_ claims: [HandoffClaim], now: Instant) async throws -> Set<ClaimToken> {
    if state.withLock({ $0.holdHandoffs != nil }) {
      await withCheckedContinuation { continuation in
        let mustWait = state.withLock { state in
          guard state.holdHandoffs != nil else { return false }
          state.holdHandoffs?.append(continuation)
          return true
        }
        if !mustWait { continuation.resume() }
        changed()
      }
    }
    return try state.withLock { state in
      state.handoffGroups.append(claims.count)
      if state.failHandoffs > 0 {
        state.failHandoffs -= 1
        throw Unavailable()
      }
      var granted: Set<ClaimToken> = []
      for claim in claims where state.rows[claim.key]?.token == claim.token {
        if state.stolen.contains(claim.key) {
          state.apply(.suppressed, to: claim.key)
        } else if state.apply(.handedOver, to: claim.key) {
          if state.rows[claim.key]?.message.firstHandoffAt == nil {
            state.rows[claim.key]?.message.firstHandoffAt = now
          }
          granted.insert(claim.token)
        }
      }
      return granted
    }
  }

  func record(_ results: [AttemptResult]) async throws -> Int {
    defer { changed() }
    return try state.withLock { state in
      if state.failRecords > 0 {
        state.failRecords -= 1
        throw Unavailable()
      }
      if results.contains(where: { state.refusedRecords.contains($0.key) }) {
        throw SQLError(.invalidValue, "a text holds a NUL byte, which cannot be stored")
      }
      var stale = 0
      for result in results {
        state.results.append(result)
        if !state.settle(result) { stale += 1 }
      }
      return stale
    }
  }

  func nextDue(channel: ChannelName) async throws -> Instant? {
    try state.withLock { state in
      if state.failNextDue > 0 {
        state.failNextDue -= 1
        throw Unavailable()
      }
      let rows = state.rows.values.filter { $0.message.channel == channel }
      let next =
        rows.filter { $0.state == .queued }.min()
        ?? rows.filter { $0.state == .waiting }.min { $0.message.dueAt < $1.message.dueAt }
      return next?.message.dueAt
    }
  }

  func sweep(now: Instant) async throws {
    state.withLock { state in
      for (key, row) in state.rows {
        if row.message.expiresAt <= now { state.apply(.overdue, to: key) }
        guard let leaseUntil = row.leaseUntil, leaseUntil <= now else { continue }
        if !state.apply(.leaseLapsed, to: key) { state.apply(.handoffLapsed(.park), to: key) }
      }
    }
  }
}

extension InMemoryOutbox.Row: Comparable {
  /// In the order in which they are claimed.
  static func < (a: Self, b: Self) -> Bool {
    (a.priority, a.message.dueAt, a.message.key) < (b.priority, b.message.dueAt, b.message.key)
  }
}

extension InMemoryOutbox.State {
  /// Does what the state machine says; a fact that it refuses changes nothing.
  ///
  /// - Returns: whether it was taken.
  @discardableResult
  fileprivate mutating func apply(_ fact: MessageFact, to key: Int64) -> Bool {
    guard var row = rows[key], let transition = MessageTransition(row.state, fact) else { return false }
    guard let state = transition.state else {
      rows[key] = nil
      return true
    }
    row.state = state
    let writes = transition.writes
    if writes.contains(.claimEnd) { (row.token, row.leaseUntil) = (nil, nil) }
    if writes.contains(.attempt) { row.attempt += 1 }
    if writes.contains(.attemptBack) { row.attempt -= 1 }
    if writes.contains(.maybeDelivered) { row.maybeDelivered = true }
    if writes.contains(.suppression) { suppressed.insert(row.message.content.to) }
    rows[key] = row
    return true
  }

  fileprivate mutating func makeToken() -> ClaimToken {
    defer { nextToken += 1 }
    return ClaimToken(bytes: withUnsafeBytes(of: (nextToken, UInt64(0))) { Array($0) })
  }

  /// - Returns: whether the claim still held.
  fileprivate mutating func settle(_ result: AttemptResult) -> Bool {
    if result.outcome == .accepted { passedAt = max(passedAt, result.begunAt) }
    guard let row = rows[result.key], row.token == result.token else {
      if result.end == .accepted { apply(.acceptedLate, to: result.key) }
      if result.end == .addressBad, let row = rows[result.key] { suppressed.insert(row.message.content.to) }
      return false
    }
    apply(.attemptEnded(result.end), to: result.key)
    if let retryAt = result.retryAt { rows[result.key]?.message.dueAt = retryAt }
    if result.maybeDelivered { rows[result.key]?.maybeDelivered = true }
    if result.mayConcernChannel { rows[result.key]?.faultedAt = result.endedAt }
    return true
  }
}
