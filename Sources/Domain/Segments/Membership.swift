/// Whether a customer is in a segment, and what is known about when that changes.
package struct Membership: Equatable, Sendable {
  package var isMember: Bool
  /// When the customer last entered or left; `nil` for one who was never in it.
  package var since: Instant?
  /// Why that was; `nil` for one who was never in it.
  package var reason: MembershipReason?
  /// Since when a member does not match any more, and is kept by the segment's `stay` only.
  package var lapsedAt: Instant?
  /// The next instant at which time alone can change it; `nil` if only events can.
  package var nextChange: Instant?

  package init(
    isMember: Bool, since: Instant? = nil, reason: MembershipReason? = nil, lapsedAt: Instant? = nil,
    nextChange: Instant? = nil
  ) {
    self.isMember = isMember
    self.since = since
    self.reason = reason
    self.lapsedAt = lapsedAt
    self.nextChange = nextChange
  }

  /// The membership of a person who was known as two customers; evaluate it afterwards.
  package func joined(with other: Membership) -> Membership {
    guard isMember == other.isMember else { return isMember ? self : other }
    let isMine = (since ?? .distantFuture) <= (other.since ?? .distantFuture)
    // Who has left was last there until the later of both.
    var joined = isMine == isMember ? self : other
    if joined.since == nil { joined = since == nil ? other : self }
    joined.lapsedAt = lapsedAt.flatMap { mine in other.lapsedAt.map { max(mine, $0) } }
    joined.nextChange = [nextChange, other.nextChange].compactMap(\.self).min()
    return joined
  }

  /// Of somebody about whom nothing need be kept.
  package static let none = Membership(isMember: false)
}

/// Why a customer has entered or left a segment.
package enum MembershipReason: String, Sendable, CaseIterable {
  /// Something happened that the segment reads.
  case data
  /// Only time has passed.
  case time
  /// The segment is new or was changed.
  case definition
  /// Rows of an import, none of which is newer than the segment.
  case backfill

  /// Whether it happened to the customer while the segment was in force. The others fire nothing, unless a trigger
  /// includes existing customers.
  package var isOccasion: Bool { self == .data || self == .time }
}

/// A fact: a customer has entered or left a segment.
package struct MembershipChange: Equatable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    case entered = "segment_entered"
    case left = "segment_left"
  }

  package var segment: SegmentID
  package var kind: Kind
  package var at: Instant
  package var reason: MembershipReason

  package init(_ segment: SegmentID, _ kind: Kind, at: Instant, _ reason: MembershipReason) {
    self.segment = segment
    self.kind = kind
    self.at = at
    self.reason = reason
  }
}

extension [SegmentID: Membership] {
  /// The segments whose entries differ.
  package func changes(from before: [SegmentID: Membership]) -> Set<SegmentID> {
    var changed = Set(filter { before[$0.key] != $0.value }.keys)
    for id in before.keys where self[id] == nil { changed.insert(id) }
    return changed
  }
}
