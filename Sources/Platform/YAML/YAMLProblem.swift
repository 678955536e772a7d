/// Something in a YAML text that is refused.
package struct YAMLProblem: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Kind: String, Hashable, Sendable {
    case too_large
    case wrong_encoding
    case control_character
    case syntax
    case too_deep
    case alias
    case anchor
    case tag
    case directive
    case duplicate_key
    case key_not_scalar
    case second_document
  }

  package var kind: Kind
  package var span: YAMLSpan
  /// What is wrong, without position and without a full stop.
  package var message: String
  /// What to do about it; `nil` if the message already says so.
  package var hint: String?

  package init(_ kind: Kind, at span: YAMLSpan, _ message: String, hint: String? = nil) {
    self.kind = kind
    self.span = span
    self.message = message
    self.hint = hint
  }

  /// `line:column: message; hint`.
  package var description: String {
    let text = "\(span.start.line):\(span.start.column): \(message)"
    return hint.map { "\(text); \($0)" } ?? text
  }
}
