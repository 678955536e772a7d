/// Show the state of the sources of files; with `isNow`, make them check for new files at once.
package struct SourcesRequest: OperatorRequest {
  package typealias Answer = SourcesAnswer
  package static let name = "sources"
  package static let effect = RequestEffect.look
  package static let place = RequestPlace.daemon

  /// `nil` for all of them.
  package var source: String?
  package var isNow: Bool

  package init(source: String? = nil, isNow: Bool = false) {
    self.source = source
    self.isNow = isNow
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SourcesRequest(
      source: try field.optional("source", \.source), isNow: try field.optional("now", \.isNow) ?? false)
  }
}

package struct SourcesAnswer: JSONRecord {
  package var sources: [StatusAnswer.Source]

  package init(sources: [StatusAnswer.Source]) { self.sources = sources }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    SourcesAnswer(sources: try field("sources", \.sources))
  }
}

/// The state of a source.
package enum SourceStanding: String, JSONRepresentable, Sendable, CaseIterable {
  /// Not checked yet.
  case waiting
  case good
  /// Some of its files need an operator; the others are imported.
  case withProblems = "with_problems"
}

extension StatusAnswer {
  /// A source of files.
  package struct Source: JSONRecord {
    package var source: String
    /// What the rows are: `orders`.
    package var kind: String
    package var from: String
    package var standing: SourceStanding
    /// The import in progress; `nil` without one.
    package var running: Running?
    package var lastLookAt: OffsetTime?
    package var nextLookAt: OffsetTime?
    /// `nil` until a check has found new files.
    package var lastResult: Result?
    /// At most ten.
    package var problems: [Problem]
    package var problemCount: Int

    package struct Running: JSONRecord {
      package var file: String
      package var bytes: Int64
      package var totalBytes: Int64

      package init(file: String, bytes: Int64, totalBytes: Int64) {
        self.file = file
        self.bytes = bytes
        self.totalBytes = totalBytes
      }

      package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
        Running(
          file: try field("file", \.file), bytes: try field("bytes", \.bytes),
          totalBytes: try field("total_bytes", \.totalBytes))
      }
    }

    /// The result of the last check that found new files.
    package struct Result: JSONRecord {
      package var at: OffsetTime
      package var files: Int
      /// The number of rows, like the next two; `unchanged` ones were already stored.
      package var taken: Int64
      package var unchanged: Int64
      package var rejected: Int64

      package init(at: OffsetTime, files: Int, taken: Int64, unchanged: Int64, rejected: Int64) {
        self.at = at
        self.files = files
        self.taken = taken
        self.unchanged = unchanged
        self.rejected = rejected
      }

      package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
        Result(
          at: try field("at", \.at), files: try field("files", \.files), taken: try field("taken", \.taken),
          unchanged: try field("unchanged", \.unchanged), rejected: try field("rejected", \.rejected))
      }
    }

    package struct Problem: JSONRecord {
      /// `nil` for a problem of the source as a whole.
      package var file: String?
      package var problem: String

      package init(file: String?, problem: String) {
        self.file = file
        self.problem = problem
      }

      package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
        Problem(file: try field.nullable("file", \.file), problem: try field("problem", \.problem))
      }
    }

    package init(
      source: String, kind: String, from: String, standing: SourceStanding, running: Running? = nil,
      lastLookAt: OffsetTime? = nil, nextLookAt: OffsetTime? = nil, lastResult: Result? = nil,
      problems: [Problem] = [], problemCount: Int = 0
    ) {
      self.source = source
      self.kind = kind
      self.from = from
      self.standing = standing
      self.running = running
      self.lastLookAt = lastLookAt
      self.nextLookAt = nextLookAt
      self.lastResult = lastResult
      self.problems = problems
      self.problemCount = problemCount
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Source(
        source: try field("source", \.source), kind: try field("kind", \.kind),
        from: try field("from", \.from), standing: try field("standing", \.standing),
        running: try field.nullable("running", \.running),
        lastLookAt: try field.nullable("last_look_at", \.lastLookAt),
        nextLookAt: try field.nullable("next_look_at", \.nextLookAt),
        lastResult: try field.nullable("last_result", \.lastResult),
        problems: try field("problems", \.problems), problemCount: try field("problem_count", \.problemCount))
    }
  }
}
