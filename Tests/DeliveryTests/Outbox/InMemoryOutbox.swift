import Delivery
import Domain
import Platform
import Synchronization

/// The outbox's contract in a few arrays: what the SQL does, without a database. Thread-safe.
final class InMemoryOutbox: Outbox {
  struct Row: Equatable {
    var message: ClaimedMessage
    var state: MessageState
    var attempt = 0
    var token: ClaimToken?
    var retryAt: Instant?
    var maybeDelivered = false
    var faultedAt: Instant?
  }

  struct Unavailable: Error, CustomStringConvertible { var description: String { "the disk is full" } }

  private struct State {
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

  func add(_ messages: [ClaimedMessage]) {
    state.withLock { state in
      for message in messages { state.rows[message.key] = Row(message: message, state: .queued) }
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
      for key in keys where state.rows[key]?.state == .leased {
        state.rows[key]?.state = .queued
        state.rows[key]?.token = nil
        state.rows[key]?.attempt -= 1
      }
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
      let due = state.rows.values
        .filter { row in
          row.message.channel == channel && row.message.dueAt <= now
            && (row.state == .queued || (row.state == .waiting && (row.retryAt ?? now) <= now))
        }
        .sorted { $0.message.key < $1.message.key }
      let clean = due.filter { $0.faultedAt == nil }
      let chosen = isTrial && !clean.isEmpty ? clean : due
      var claimed: [ClaimedMessage] = []
      for row in chosen where claimed.count < limit {
        var row = row
        if row.message.expiresAt <= now {
          row.state = .expired
        } else if state.suppressed.contains(row.message.content.to) {
          row.state = .suppressed
        } else {
          row.state = .leased
          row.attempt += 1
          let token = ClaimToken(bytes: withUnsafeBytes(of: (state.nextToken, UInt64(0))) { Array($0) })
          state.nextToken += 1
          row.token = token
          var message = row.message
          message.token = token
          message.attempt = row.attempt
          message.standing = row.faultedAt.map { $0 <= state.passedAt ? .accused : .failed } ?? .clean
          claimed.append(message)
        }
        state.rows[row.message.key] = row
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
      for claim in claims {
        guard var row = state.rows[claim.key], row.state == .leased, row.token == claim.token else {
          continue
        }
        if state.stolen.contains(claim.key) {
          row.state = .suppressed
          row.token = nil
        } else {
          row.state = .handoff
          granted.insert(claim.token)
        }
        state.rows[claim.key] = row
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
        guard var row = state.rows[result.key], row.token == result.token else {
          stale += 1
          continue
        }
        row.state = result.state
        row.token = nil
        row.retryAt = result.retryAt
        row.maybeDelivered = row.maybeDelivered || result.maybeDelivered
        if !result.charged { row.attempt -= 1 }
        if result.mayConcernChannel { row.faultedAt = result.endedAt }
        if result.outcome == .accepted { state.passedAt = max(state.passedAt, result.begunAt) }
        if result.outcome == .badAddress { state.suppressed.insert(row.message.content.to) }
        state.rows[result.key] = row
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
      return state.rows.values
        .filter { $0.message.channel == channel && ($0.state == .queued || $0.state == .waiting) }
        .map { $0.state == .waiting ? $0.retryAt ?? $0.message.dueAt : $0.message.dueAt }.min()
    }
  }

  func sweep(now: Instant) async throws {}
}
