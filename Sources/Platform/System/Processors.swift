internal import Glibc

/// The processors of the machine.
package enum Processors {
  /// Those that are switched on when first asked; at least 1.
  package static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
