internal import CLinux

/// The C library's memory.
package enum Allocator {
  /// From now on every block of a megabyte or more goes back to the system as soon as it is let go. By default the
  /// library learns from such blocks to keep ever larger ones, in each thread's own pool: work that goes from thread to
  /// thread with large buffers would hold them several times over.
  package static func returnLargeBlocks() { _ = clinux_set_mmap_threshold(1 << 20) }
}
