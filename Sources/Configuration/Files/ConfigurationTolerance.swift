/// What of a configuration is let pass although it is not safe, because an operator said so by name.
///
/// It comes from outside the files: who can change them must not be able to allow it.
package enum ConfigurationTolerance: String, CaseIterable, Sendable {
  /// Secrets written into the files instead of references.
  case inlineSecrets = "inline_secrets"
  /// Files and directories that everybody on this machine can change.
  case worldWritable = "world_writable"

  /// The environment variable that lists the allowed ones, separated by commas or spaces.
  package static let variable = "REPRISE_ALLOW"

  /// Parses the variable's value; `unknown` has the names that are none of these.
  package static func named(in text: String) -> (known: Set<ConfigurationTolerance>, unknown: [String]) {
    var known: Set<ConfigurationTolerance> = []
    var unknown: [String] = []
    for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
      if let found = ConfigurationTolerance(rawValue: String(word)) {
        known.insert(found)
      } else {
        unknown.append(String(word))
      }
    }
    return (known, unknown)
  }

  /// Follows the hint on how to fix it.
  var hint: String { "or allow it with \(Self.variable)=\(rawValue) in the environment" }
}
