package import Platform

/// What values are checked against besides their own text.
package struct DecodingEnvironment: Sendable {
  /// The base of relative file names; `nil` for the working directory.
  package var root: ConfigurationRoot?
  /// How secrets are resolved; `nil` leaves references unresolved and the machine's files unchecked.
  package var secrets: SecretSource?
  package var timeZones: TimeZoneNames
  /// Which unsafe permissions are tolerated.
  package var allowed: Set<ConfigurationTolerance> = []

  package init(
    root: ConfigurationRoot? = nil, secrets: SecretSource? = nil, timeZones: TimeZoneNames = TimeZoneNames()
  ) {
    self.root = root
    self.secrets = secrets
    self.timeZones = timeZones
  }
}

/// The state of decoding one file: its name, what is being read, and the problems so far.
package struct DecodingContext: Sendable {
  package let file: String
  package let environment: DecodingEnvironment
  package private(set) var diagnostics: [Diagnostic] = []
  /// What is being read, as the start of a sentence: `'rate'`, `item 2 of 'unless'`, `the file`.
  package var subject = "the file"

  package init(file: String, environment: DecodingEnvironment = DecodingEnvironment()) {
    self.file = file
    self.environment = environment
  }

  package mutating func report(
    _ span: YAMLSpan, _ message: String, hint: String? = nil, severity: Diagnostic.Severity = .error
  ) {
    diagnostics.append(Diagnostic(file: file, span: span, severity: severity, message: message, hint: hint))
  }

  package mutating func report(_ problem: ScalarProblem, expected: String, node: YAMLNode) {
    switch problem {
    case .mismatch(let hint):
      report(node.span, "\(subject) must be \(expected), not \(Self.shown(node))", hint: hint)
    case .objection(let text, let hint):
      report(node.span, "\(subject) \(text)", hint: hint)
    }
  }

  /// Reports a node of the wrong kind; does nothing for a node that was already refused.
  package mutating func reportKind(_ node: YAMLNode, expected: String, hint: String? = nil) {
    guard node.content != .refused else { return }
    if let scalar = node.scalar, scalar.isNull {
      report(node.span, "\(subject) is empty", hint: "give \(expected), or remove the line")
    } else {
      report(node.span, "\(subject) must be \(expected), not \(Self.shown(node))", hint: hint)
    }
  }

  /// Reports that something the daemon needs is missing on this machine: an error for the daemon, a warning
  /// for a check, which may run elsewhere.
  ///
  /// - Returns: whether to continue without it.
  mutating func reportAbsent(_ span: YAMLSpan, _ message: String, hint: String) -> Bool {
    let severity = environment.secrets?.missing ?? .error
    report(span, message, hint: hint, severity: severity)
    return severity == .warning
  }

  /// Reads with another subject, then restores the current one.
  package mutating func reading<Result>(
    _ subject: String, _ body: (inout DecodingContext) -> Result
  ) -> Result {
    let outer = self.subject
    self.subject = subject
    defer { self.subject = outer }
    return body(&self)
  }

  /// Reads without keeping the reports, which are returned with the result.
  package func probing<Result>(
    _ body: (inout DecodingContext) -> Result
  ) -> (result: Result, diagnostics: [Diagnostic]) {
    var copy = self
    copy.diagnostics = []
    let result = body(&copy)
    return (result, copy.diagnostics)
  }

  package mutating func append(_ others: [Diagnostic]) { diagnostics += others }

  private static func shown(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let scalar): Quoting.quoted(scalar.text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    case .refused: "this"
    }
  }
}
