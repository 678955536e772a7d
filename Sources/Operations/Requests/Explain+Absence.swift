package import Decisioning
package import Domain

extension ExplainAnswer {
  /// Why a trigger has nothing planned for the customer.
  package struct Absence: JSONRecord {
    package enum Cause: String, Sendable, CaseIterable, JSONRepresentable {
      /// Nothing known about the customer fires the trigger; `lacks` says what is missing.
      case noOccasion = "no_occasion"
      /// It would have fired at `firedAt`, before the trigger was first enabled at `enabledAt`.
      case qualifiedEarlier = "qualified_earlier"
      /// Too soon after the enrollment at `enrolledAt`: the next may begin at `until`.
      case reentry
      /// It fired at `firedAt`, and even its last step is too late.
      case expired
      /// It fires at `firesAt`, and is not planned yet.
      case unplanned
      /// `occurrence` has completed all its steps.
      case completed
      /// `occurrence` was ended for `endReason`.
      case ended
    }

    package var because: Cause
    package var lacks: Lack?
    package var firedAt: OffsetTime?
    package var enabledAt: OffsetTime?
    package var enrolledAt: OffsetTime?
    package var until: OffsetTime?
    package var firesAt: OffsetTime?
    package var occurrence: String?
    package var endReason: EndReason?
    /// The newest occasion, if the trigger's condition refused it.
    package var refused: Refused?

    package init(
      _ because: Cause, lacks: Lack? = nil, firedAt: OffsetTime? = nil, enabledAt: OffsetTime? = nil,
      enrolledAt: OffsetTime? = nil, until: OffsetTime? = nil, firesAt: OffsetTime? = nil,
      occurrence: String? = nil, endReason: EndReason? = nil, refused: Refused? = nil
    ) {
      self.because = because
      self.lacks = lacks
      self.firedAt = firedAt
      self.enabledAt = enabledAt
      self.enrolledAt = enrolledAt
      self.until = until
      self.firesAt = firesAt
      self.occurrence = occurrence
      self.endReason = endReason
      self.refused = refused
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      let because = try field("because", \.because)
      return Absence(
        because, lacks: because == .noOccasion ? try field.nullable("lacks", \.lacks) : nil,
        firedAt: try field.optional("fired_at", \.firedAt),
        enabledAt: try field.optional("enabled_at", \.enabledAt),
        enrolledAt: try field.optional("enrolled_at", \.enrolledAt),
        until: try field.optional("until", \.until), firesAt: try field.optional("fires_at", \.firesAt),
        occurrence: try field.optional("occurrence", \.occurrence),
        endReason: try field.optional("end_reason", \.endReason),
        refused: try field.optional("refused", \.refused))
    }
  }

  /// An occasion that would have fired the trigger, but was refused by its condition.
  package struct Refused: JSONRecord {
    /// `order A-1001`.
    package var occasion: String
    package var at: OffsetTime
    package var condition: String
    /// The values that the condition saw, by name; `null` for a missing one.
    package var values: JSONObject
    /// Why the condition could not be evaluated; `nil` if it was.
    package var problem: String?

    package init(
      occasion: String, at: OffsetTime, condition: String, values: JSONObject, problem: String? = nil
    ) {
      self.occasion = occasion
      self.at = at
      self.condition = condition
      self.values = values
      self.problem = problem
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Refused(
        occasion: try field("occasion", \.occasion), at: try field("at", \.at),
        condition: try field("condition", \.condition), values: try field("values", \.values),
        problem: try field.optional("problem", \.problem))
    }
  }
}
