internal import Platform

/// Identifies the state of the shop's rules in the database. Equal stamps mean that nothing has changed; otherwise the
/// parts say what has.
package struct ShopStamp: Equatable, Sendable {
  /// The program that was loaded last.
  package private(set) var program: String
  /// Which triggers are enabled, paused and removed.
  package private(set) var triggers: String
  /// Products and learned cycles.
  package private(set) var catalog: String

  enum Part {
    case program, triggers, catalog
  }

  init(_ stored: String) {
    let parts =
      stored.split(separator: " ", omittingEmptySubsequences: false).map { String($0) } + ["", "", ""]
    (program, triggers, catalog) = (parts[0], parts[1], parts[2])
  }

  var stored: String { "\(program) \(triggers) \(catalog)" }

  /// Random, so that a stamp that was rolled back can never be confused with a later one.
  mutating func renew(_ part: Part) {
    let value = Hex.text(RandomBytes.make(8))
    switch part {
    case .program: program = value
    case .triggers: triggers = value
    case .catalog: catalog = value
    }
  }
}
