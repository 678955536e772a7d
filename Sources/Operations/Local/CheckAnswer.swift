package import Domain

/// The answer to `reprise check`: the problems of the configuration, and what would keep the daemon from
/// starting.
package struct CheckAnswer: JSONRecord {
  package enum Severity: String, Sendable, CaseIterable, JSONRepresentable {
    case error
    case warning
  }

  /// Whether a daemon could start here with this configuration.
  package var isGood: Bool
  package var start: [Finding]
  package var diagnostics: [Diagnostic]
  /// The number of diagnostics not listed.
  package var leftOut: Int
  /// `nil` if the configuration has errors.
  package var program: Contents?
  /// Why attributes and events could not be looked up in the shop's data; `nil` if they were.
  package var namesUnasked: String?

  package init(
    isGood: Bool, start: [Finding], diagnostics: [Diagnostic], leftOut: Int, program: Contents?,
    namesUnasked: String? = nil
  ) {
    self.namesUnasked = namesUnasked
    self.isGood = isGood
    self.start = start
    self.diagnostics = diagnostics
    self.leftOut = leftOut
    self.program = program
  }

  package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
    var answer = CheckAnswer(
      isGood: try field("good", \.isGood), start: try field("start", \.start),
      diagnostics: try field("diagnostics", \.diagnostics),
      leftOut: try field.optional("left_out") { $0.leftOut > 0 ? $0.leftOut : nil } ?? 0, program: nil,
      namesUnasked: try field.optional("names_unasked", \.namesUnasked))
    guard let triggers = try field.optional("triggers", \.program?.triggers) else { return answer }
    answer.program = Contents(
      triggers: triggers, segments: try field.optional("segments", \.program?.segments) ?? [],
      templates: try field.optional("templates", \.program?.templates) ?? [],
      channels: try field.optional("channels", \.program?.channels) ?? [],
      textMessages: try field.optional("text_messages", \.program?.textMessages) ?? [])
    return answer
  }
}

extension CheckAnswer {
  /// The contents of the configuration, by name.
  package struct Contents: Equatable, Sendable {
    package var triggers: [TriggerID]
    package var segments: [SegmentID]
    package var templates: [String]
    package var channels: [ChannelName]
    package var textMessages: [TextMessage]

    package init(
      triggers: [TriggerID], segments: [SegmentID] = [], templates: [String], channels: [ChannelName],
      textMessages: [TextMessage]
    ) {
      self.segments = segments
      self.triggers = triggers
      self.templates = templates
      self.channels = channels
      self.textMessages = textMessages
    }
  }

  /// A fact about this machine that would keep the daemon from starting, or that it would warn about.
  package struct Finding: JSONRecord {
    package var severity: Severity
    package var message: String
    /// The exit code the daemon would end with; `nil` for a warning.
    package var exitCode: Int32?

    package init(message: String, exitCode: Int32?) {
      severity = exitCode == nil ? .warning : .error
      self.message = message
      self.exitCode = exitCode
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      _ = try field("severity", \.severity)
      return Finding(
        message: try field("message", \.message), exitCode: try field.nullable("exit", \.exitCode))
    }
  }

  /// A mistake in a file.
  package struct Diagnostic: JSONRecord {
    package var file: String
    package var line: Int
    package var column: Int
    package var severity: Severity
    package var message: String
    package var hint: String?

    package init(
      file: String, line: Int, column: Int, severity: Severity, message: String, hint: String?
    ) {
      self.file = file
      self.line = line
      self.column = column
      self.severity = severity
      self.message = message
      self.hint = hint
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      Diagnostic(
        file: try field("file", \.file), line: try field("line", \.line),
        column: try field("column", \.column), severity: try field("severity", \.severity),
        message: try field("message", \.message), hint: try field.nullable("hint", \.hint))
    }
  }

  /// A text message as an example customer would receive it.
  package struct TextMessage: JSONRecord {
    package var template: String
    package var channel: ChannelName
    /// The number of parts billed; `nil` if the message cannot be composed.
    package var parts: Int?

    package init(template: String, channel: ChannelName, parts: Int?) {
      self.template = template
      self.channel = channel
      self.parts = parts
    }

    package static func fields(_ field: inout JSONFields<Self>) throws(JSONMismatch) -> Self {
      TextMessage(
        template: try field("template", \.template), channel: try field("channel", \.channel),
        parts: try field.nullable("parts", \.parts))
    }
  }
}
