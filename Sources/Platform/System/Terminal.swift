internal import CLinux
internal import Glibc

/// The terminal properties of a file descriptor.
package struct Terminal: Hashable, Sendable {
  package var isTerminal: Bool
  /// Columns; 80 if unknown.
  package var width: Int
  /// Whether to use colour: a terminal that is not `dumb`, and no NO_COLOR (no-color.org) with a value.
  package var usesColor: Bool

  package init(isTerminal: Bool, width: Int = 80, usesColor: Bool = false) {
    self.isTerminal = isTerminal
    self.width = width
    self.usesColor = usesColor
  }

  /// Queries the kernel about `descriptor` (1 is standard output, 2 standard error).
  package init(descriptor: Int32, environment: Environment = .process) {
    isTerminal = isatty(descriptor) == 1
    let columns = isTerminal ? Int(clinux_terminal_columns(descriptor)) : 0
    width =
      columns > 0 ? columns : environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil } ?? 80
    usesColor = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
  }
}
