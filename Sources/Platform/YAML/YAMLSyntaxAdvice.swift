/// Translates libyaml's messages for people who edit a file.
enum YAMLSyntaxAdvice {
  /// A message and advice for a syntax problem. `found` is the byte at its position; `nil` at the end.
  static func advice(problem: String, context: String?, found: UInt8?) -> (message: String, hint: String?) {
    if found == 9 { return ("a tab cannot stand here", "indent with spaces") }
    switch problem {
    case "found character that cannot start any token":
      let character = found.map { String(UnicodeScalar($0)) } ?? ""
      return ("text cannot begin with '\(character)'", "put the text in quotes")
    case "mapping values are not allowed in this context":
      return (
        "a ':' is not expected here", "put text that contains ': ' in quotes, or check the indentation"
      )
    case "could not find expected ':'":
      return ("a ':' is missing after this key", "write 'key: value', and check the indentation")
    case "did not find expected key":
      return ("a key is expected here", "check the indentation and the quotes of this line and the one above")
    case "did not find expected '-' indicator":
      return (
        "a list item is expected here", "begin it with '- ', at the same indentation as the items above"
      )
    case "did not find expected ',' or ']'":
      return ("this '[' is not closed properly", "separate the items with ',' and end the list with ']'")
    case "did not find expected ',' or '}'":
      return ("this '{' is not closed properly", "separate the entries with ',' and end the mapping with '}'")
    case "did not find expected node content":
      return ("a value is missing here", "check the brackets of this line and those above")
    case "found unexpected end of stream":
      return ("this quote is not closed", "end the text with the same quote")
    case "found unknown escape character":
      return ("unknown escape in a double-quoted text", "write '\\\\' for a backslash, or use single quotes")
    case "did not find expected <document start>":
      return ("the text goes on where the document has ended", "check the indentation of this line")
    case "block sequence entries are not allowed in this context":
      return ("a '-' is not expected here", "put list items on lines of their own")
    default:
      return (context.map { "\(problem) (\($0))" } ?? problem, nil)
    }
  }
}
