internal import CLinux
internal import Glibc

/// The memory that the C library has taken from the system.
package enum MemoryPool {
  /// One for each processor. To be called before there are threads: these otherwise get eight of them, and what a large
  /// piece of work has left behind in one is of no use to the others.
  package static func limit() { mallopt(M_ARENA_MAX, Int32(max(2, sysconf(Int32(_SC_NPROCESSORS_ONLN))))) }

  /// Gives back what nobody uses.
  package static func giveBack() { malloc_trim(0) }
}
