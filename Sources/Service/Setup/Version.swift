/// The program's version, as `--version`, metrics and pages show it.
package enum Version {
  package static let text = "0.1.0"
  /// The day of this version, as the manual pages show it.
  package static let date = "2026-11-30"
}
