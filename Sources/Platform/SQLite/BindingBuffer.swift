internal import Glibc

/// The bytes of the values bound on one connection, kept in place while their statements run.
///
/// A statement notes the `mark` before its first value and rewinds to it when reset, so that a statement run while
/// another's rows are being read stacks its values on top. The buffer only grows while empty, because bound bytes must
/// not move; SQLite copies values that do not fit.
final class BindingBuffer {
  private var start = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
  private var capacity = 4096
  private var missed = 0
  private(set) var mark = 0

  deinit { start.deallocate() }

  /// A copy of `bytes` that stays valid until `rewind` passes it; `nil` if there is no room.
  func copy(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer? {
    guard capacity - mark >= bytes.count else {
      missed += bytes.count
      return nil
    }
    let place = start + mark
    if let source = bytes.baseAddress { memcpy(place, source, bytes.count) }
    mark += bytes.count
    return UnsafeRawPointer(place)
  }

  func rewind(to mark: Int) {
    self.mark = mark
    guard mark == 0, missed > 0 else { return }
    // A single huge value must not occupy memory forever: 1 MiB is enough for every ordinary row.
    let wanted = min(capacity + missed, 1 << 20)
    missed = 0
    guard wanted > capacity else { return }
    start.deallocate()
    capacity = wanted
    start = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 8)
  }
}
