internal import CLinux

/// Tuning of the C library's allocator.
package enum Allocator {
  /// Makes blocks of a megabyte and more return to the system as soon as they are freed. By default, glibc
  /// raises this threshold dynamically and keeps freed blocks in per-thread arenas: work that moves between
  /// threads with large buffers would hold them several times.
  package static func returnLargeBlocks() { _ = clinux_set_mmap_threshold(1 << 20) }

  /// Limits glibc to one arena per processor. Call before starting threads: the default is eight per
  /// processor, and memory freed in one arena is of no use to the others.
  package static func limitPools() {
    mallopt(M_ARENA_MAX, Int32(max(2, Processors.count)))
  }

  /// Returns unused memory to the system.
  package static func giveBack() { malloc_trim(0) }
}
