/// Any error in words for people.
package enum ErrorText {
  /// Its own words; never the name of a type.
  package static func text(_ error: any Error) -> String {
    switch error {
    case let error as any CustomStringConvertible: error.description
    case is CancellationError: "it was called off"
    default: "an unforeseen failure; please report it with the lines of the log before it"
    }
  }
}
