/// The text of any error for people.
package enum ErrorText {
  /// The error's own description; never a type name.
  package static func text(_ error: any Error) -> String {
    switch error {
    case let error as any CustomStringConvertible: error.description
    case is CancellationError: "it was called off"
    default: "an unforeseen failure; please report it with the lines of the log before it"
    }
  }
}
