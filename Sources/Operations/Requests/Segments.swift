package import Domain

/// The segments, with their sizes and changes.
package struct SegmentsRequest: OperatorRequest {
  package typealias Answer = SegmentsAnswer
  package static let name = "segments"
  package static let effect = RequestEffect.look
  package static let isAboutConfiguration = true

  /// The only segment to show; `nil` for all of them.
  package var segment: SegmentID?

  package init(segment: SegmentID? = nil) { self.segment = segment }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SegmentsRequest(segment: try field.optional("segment", \.segment))
  }
}

/// Days are those of the shop's calendar.
package struct SegmentsAnswer: JSONRecord {
  package var segments: [Segment]

  package init(segments: [Segment]) { self.segments = segments }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SegmentsAnswer(segments: try field("segments", \.segments))
  }

  package struct Segment: JSONRecord {
    package var segment: SegmentID
    /// The number of current members.
    package var size: Int
    /// In the last seven days.
    package var entered: Int
    package var left: Int
    /// The sizes of the past days and of today so far, the oldest first.
    package var days: [Day]
    /// The progress of evaluating a new definition for all customers; `nil` when done.
    package var evaluation: Evaluation?

    package init(
      segment: SegmentID, size: Int, entered: Int, left: Int, days: [Day], evaluation: Evaluation? = nil
    ) {
      self.segment = segment
      self.size = size
      self.entered = entered
      self.left = left
      self.days = days
      self.evaluation = evaluation
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Segment(
        segment: try field("segment", \.segment), size: try field("size", \.size),
        entered: try field("entered_7d", \.entered), left: try field("left_7d", \.left),
        days: try field("days", \.days), evaluation: try field.optional("evaluation", \.evaluation))
    }
  }

  package struct Day: JSONRecord {
    /// `2026-03-01`.
    package var day: String
    package var size: Int

    package init(day: String, size: Int) {
      self.day = day
      self.size = size
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Day(day: try field("day", \.day), size: try field("size", \.size))
    }
  }
}

/// The progress of one pass over all customers.
package struct Evaluation: JSONRecord {
  package var done: Int
  package var customers: Int

  package init(done: Int, customers: Int) {
    self.done = done
    self.customers = customers
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    Evaluation(done: try field("done", \.done), customers: try field("customers", \.customers))
  }
}

/// The members of a segment.
///
/// The answer comes in parts, like a list's: `{"total": N}`, then `{"rows": [[CELL...]...]}` with a text for each of
/// `columns`.
package struct SegmentMembersRequest: PartedRequest {
  package typealias Answer = JSON
  package static let name = "segment_members"
  package static let effect = RequestEffect.look
  package static let isAboutConfiguration = true
  package static let columns = ["customer_id", "since", "reason"]

  package var segment: SegmentID

  package init(segment: SegmentID) { self.segment = segment }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SegmentMembersRequest(segment: try field.given("segment", \.segment))
  }
}
