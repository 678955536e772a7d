package import Domain

extension ExplainAnswer {
  /// A segment, as far as it concerns this customer.
  package struct Segment: JSONRecord {
    package var segment: SegmentID
    package var isMember: Bool
    /// When the customer last entered or left; `nil` if they were never a member.
    package var since: OffsetTime?
    package var reason: MembershipReason?
    /// Since when a member has no longer matched and has only been kept by `stay`.
    package var lapsedAt: OffsetTime?
    /// When it may next change through time alone.
    package var nextChange: OffsetTime?
    /// Its conditions, in order.
    package var conditions: [Condition]

    package init(
      segment: SegmentID, isMember: Bool, since: OffsetTime?, reason: MembershipReason?,
      lapsedAt: OffsetTime? = nil, nextChange: OffsetTime? = nil, conditions: [Condition] = []
    ) {
      self.segment = segment
      self.isMember = isMember
      self.since = since
      self.reason = reason
      self.lapsedAt = lapsedAt
      self.nextChange = nextChange
      self.conditions = conditions
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Segment(
        segment: try field("segment", \.segment), isMember: try field("member", \.isMember),
        since: try field.nullable("since", \.since), reason: try field.optional("reason", \.reason),
        lapsedAt: try field.optional("lapsed_at", \.lapsedAt),
        nextChange: try field.nullable("next_change", \.nextChange),
        conditions: try field.list("conditions", \.conditions))
    }
  }

  /// A single condition, without nested ones, and whether the customer meets it.
  package struct Condition: JSONRecord {
    package var condition: String
    package var holds: Bool
    /// What the customer has: a count, `in it`, or the values read; `nil` if there is nothing to show.
    package var found: String?

    package init(condition: String, holds: Bool, found: String? = nil) {
      self.condition = condition
      self.holds = holds
      self.found = found
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Condition(
        condition: try field("condition", \.condition), holds: try field("holds", \.holds),
        found: try field.optional("found", \.found))
    }
  }

  /// A measure, with its value for this customer.
  package struct Measure: JSONRecord {
    package var name: String
    package var value: String
    package var nextChange: OffsetTime?

    package init(name: String, value: String, nextChange: OffsetTime?) {
      self.name = name
      self.value = value
      self.nextChange = nextChange
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Measure(
        name: try field("name", \.name), value: try field("value", \.value),
        nextChange: try field.nullable("next_change", \.nextChange))
    }
  }
}
