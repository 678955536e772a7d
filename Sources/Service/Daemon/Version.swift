/// The program's version, as `--version`, metrics and pages show it.
package enum Version {
  package static let text = "0.1.0"
}
