internal import CLinux

/// The C library's memory.
package enum Allocator {
  /// From now on every block of a megabyte or more goes back to the system as soon as it is let go. By default the
  /// library learns from such blocks to keep ever larger ones, in each thread's own pool: work that goes from thread to
  /// thread with large buffers would hold them several times over.
  package static func returnLargeBlocks() { _ = clinux_set_mmap_threshold(1 << 20) }

  /// One pool for each processor. To be called before there are threads: these otherwise get eight of them, and what a
  /// large piece of work has left behind in one is of no use to the others.
  package static func limitPools() {
    mallopt(M_ARENA_MAX, Int32(max(2, Processors.count)))
  }

  /// Gives back to the system what nobody uses.
  package static func giveBack() { malloc_trim(0) }
}
