/// An unsafe property of a configuration that an operator allows by name.
///
/// It is not part of the configuration: somebody who can change the files must not be able to allow it.
package enum ConfigurationTolerance: String, CaseIterable, Sendable {
  /// Secrets in the files instead of references to them.
  case inlineSecrets = "inline_secrets"
  /// Files and directories that everybody on the machine can change.
  case worldWritable = "world_writable"
  /// Files and directories that a group other than root's and the owner's own can change.
  case groupWritable = "group_writable"
  /// Files and directories of another user than root and the daemon's.
  case foreignOwner = "foreign_owner"

  /// The environment variable that lists the allowed ones, separated by commas or spaces.
  package static let variable = "REPRISE_ALLOW"

  /// Parses the environment variable's value; `mistakes` has an error for each unknown word.
  package static func named(in text: String) -> (known: Set<ConfigurationTolerance>, mistakes: [Diagnostic]) {
    var known: Set<ConfigurationTolerance> = []
    var mistakes: [Diagnostic] = []
    for part in text.utf8.split(whereSeparator: { ", ".utf8.contains($0) }) {
      let word = String(Substring(part))
      if let found = ConfigurationTolerance(word: word) {
        known.insert(found)
      } else {
        mistakes.append(
          Diagnostic(
            file: variable, message: "\(Quoting.quoted(word)) is nothing that can be allowed",
            hint: "the names are \(Quoting.alternatives(allCases.map(\.rawValue)))"))
      }
    }
    return (known, mistakes)
  }

  /// Follows the hint on how to fix it.
  var hint: String { "or allow it with \(Self.variable)=\(rawValue) in the environment" }
}
