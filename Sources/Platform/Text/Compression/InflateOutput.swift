/// Bytes that come out of the decoder, never more than a limit.
struct InflateOutput: ~Copyable {
  private let limit: Int
  private var capacity: Int
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var count = 0

  init(limit: Int) {
    self.limit = max(limit, 0)
    capacity = min(max(limit, 0), 64 << 10)
    base = .allocate(capacity: max(capacity, 1))
  }

  deinit { base.deallocate() }

  func bytes(from start: Int) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: base + start, count: count - start)
  }

  func finish() -> [UInt8] { Array(bytes(from: 0)) }

  @inline(__always)
  mutating func append(_ byte: UInt8) throws(InflateError) {
    if count == capacity { try grow(by: 1) }
    base[count] = byte
    count += 1
  }

  mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(InflateError) {
    if capacity - count < bytes.count { try grow(by: bytes.count) }
    (base + count).update(from: bytes.baseAddress!, count: bytes.count)
    count += bytes.count
  }

  /// Repeats `length` bytes that lie `distance` back; source and copy may overlap.
  @inline(__always)
  mutating func copy(_ length: Int, from distance: Int) throws(InflateError) {
    if capacity - count < length { try grow(by: length) }
    let target = base + count
    let source = target - distance
    if distance >= length {
      target.update(from: source, count: length)
    } else {
      for i in 0..<length { target[i] = source[i] }
    }
    count += length
  }

  private mutating func grow(by more: Int) throws(InflateError) {
    guard more <= limit - count else { throw .tooLarge(limit: limit) }
    let wanted = min(max(capacity * 2, count + more), limit)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: base, count: count)
    base.deallocate()
    base = larger
    capacity = wanted
  }
}
