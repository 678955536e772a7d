internal import Glibc

/// The processors of the machine.
package enum Processors {
  /// The number of processors online at the first use; at least 1.
  package static let count = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
}
