internal import Domain
internal import Templates

/// Explains in a sentence why a template could not be rendered, from the values in the trace.
package enum TemplateFailure {
  /// - Parameter value: returns the value of a name as text; `nil` if there is none.
  /// - Returns: `nil` if the values do not describe a template failure.
  package static func sentence(_ value: (String) -> String?) -> String? {
    switch value("problem") {
    case "no_subject": "it has no subject, which mail needs"
    case "no_text": "it has no text, which this channel needs; make its .sms.liquid or .txt.liquid"
    case "empty": "its \(value("half") ?? "text") comes out empty"
    case "missing_template" where value("at") == nil: "there is no template '\(value("missing") ?? "")'"
    case let problem?: RenderError(problem, value)?.description
    case nil: nil
    }
  }
}

extension RenderError {
  fileprivate init?(_ problem: String, _ value: (String) -> String?) {
    guard let place = value("at").flatMap({ TemplateLocation($0) }) else { return nil }
    switch problem {
    case "missing_variable": self = .missingVariable(name: value("variable") ?? "", at: place)
    case "missing_template": self = .missingTemplate(name: value("missing") ?? "", at: place)
    case "aborted": self = .aborted(reason: value("reason") ?? "", at: place)
    case "invalid": self = .invalid(message: value("message") ?? "", at: place)
    case "limit_reached":
      guard let limit = value("limit").flatMap({ RenderLimit(rawValue: $0) }) else { return nil }
      self = .limitReached(limit, value: value("value").flatMap { Int($0) } ?? 0, at: place)
    default: return nil
    }
  }
}

extension TemplateLocation {
  /// Parses `description`.
  fileprivate init?(_ text: String) {
    let parts = text.split(separator: ":")
    guard parts.count >= 3, let line = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1])
    else { return nil }
    self.init(template: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
  }
}
