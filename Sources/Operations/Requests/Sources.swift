/// What the sources of files do; with `isNow`, they look for news at once.
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

/// How a source stands.
package enum SourceStanding: String, JSONRepresentable, Sendable, CaseIterable {
  /// It was not looked at yet.
  case waiting
  case good
  /// Something of it waits for somebody's hand; the rest goes on.
  case withProblems = "with_problems"
}

extension StatusAnswer {
  /// Files that are imported by themselves.
  package struct Source: JSONRecord {
    package var source: String
    /// What its rows are.
    package var kind: String
    package var from: String
    package var standing: SourceStanding
    /// What is being imported; `nil` while nothing is.
    package var running: Running?
    package var lastLookAt: OffsetTime?
    package var nextLookAt: OffsetTime?
    /// `nil` until a look has brought something.
    package var lastResult: Result?
    /// The first ten.
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

    /// What the last look that found news has brought.
    package struct Result: JSONRecord {
      package var at: OffsetTime
      package var files: Int
      /// Rows; `unchanged` ones were known.
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
      /// `nil` for one of the source as a whole.
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
