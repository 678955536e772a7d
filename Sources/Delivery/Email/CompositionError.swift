package import Domain

/// Why a message cannot be converted for its channel. Nothing of it was sent.
///
/// The problem is in the message, not the provider, so it is not retried. The description names the field but
/// never quotes its contents.
package enum CompositionError: Error, Equatable, CustomStringConvertible {
  /// A line break or NUL in a value for a header, an argument or an envelope.
  case forbiddenCharacter(field: String, byte: UInt8)
  case tooLong(field: String, bytes: Int, limit: Int)
  case badAddress(EmailAddressError)
  /// The message has neither a text part nor an HTML part.
  case empty
  /// A request template that failed to render for this message.
  case template(field: String, problem: String)

  package var description: String {
    switch self {
    case .forbiddenCharacter(let field, let byte):
      "\(field): a \(Self.name(of: byte)) stands in it, which would let it forge others;"
        + " remove it from the customer's data or the template"
    case .tooLong(let field, let bytes, let limit):
      "\(field): \(bytes) bytes long, at most \(limit); shorten the template"
    case .badAddress(let problem): "\(problem); correct it in the customer's data"
    case .empty: "the message has no text; give its template a body"
    case .template(let field, let problem): "\(field): \(problem)"
    }
  }

  private static func name(of byte: UInt8) -> String {
    switch byte {
    case 0x0A: "line feed"
    case 0x0D: "carriage return"
    case 0x00: "NUL"
    default: "control character"
    }
  }
}
