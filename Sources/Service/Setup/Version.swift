/// The program's version, shown by `--version`, metrics and pages.
package enum Version {
  package static let text = "0.1.0"
  /// The date of this version, shown in the manual pages.
  package static let date = "2026-11-30"
}
