internal import CZlib

/// A zlib decoder over `input`, which must outlive it, with limits on the bytes read and written.
///
/// zlib only decodes DEFLATE; the caller reads the container with `byte`, `word` and `skip`.
struct InflateStream: ~Copyable {
  /// By how many bytes the input may exceed the output.
  private static let slack = 64 << 10
  /// How many bytes zlib reads between two checks of the limits.
  private static let step = 16 << 10

  private let input: UnsafeBufferPointer<UInt8>
  private let limit: Int
  private var place = 0
  private var output: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var written = 0
  /// On the heap, because zlib stores its address.
  private let stream: UnsafeMutablePointer<z_stream>
  private var isFresh = true

  init(_ input: UnsafeBufferPointer<UInt8>, limit: Int) {
    self.input = input
    self.limit = max(limit, 0)
    // One byte over the limit is enough to detect the excess.
    capacity = min(self.limit + 1, 64 << 10)
    output = .allocate(capacity: capacity)
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // A negative window size means raw DEFLATE, without a container.
    guard czlib_start(stream, -MAX_WBITS) == Z_OK else { fatalError("zlib finds no memory") }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    output.deallocate()
  }

  var isAtStart: Bool { place == 0 }
  var isAtEnd: Bool { place == input.count }
  var left: Int { input.count - place }

  func finish() -> [UInt8] { Array(UnsafeBufferPointer(start: output, count: written)) }

  // MARK: - The container

  mutating func byte() throws(InflateError) -> UInt8 {
    guard place < input.count else { throw .endsEarly }
    place += 1
    return input[place - 1]
  }

  /// The next four bytes, in input order.
  mutating func word() throws(InflateError) -> UInt32 {
    guard left >= 4 else { throw .endsEarly }
    place += 4
    return UnsafeRawPointer(input.baseAddress! + (place - 4)).loadUnaligned(as: UInt32.self)
  }

  mutating func skip(_ count: Int) throws(InflateError) {
    guard left >= count else { throw .endsEarly }
    place += count
  }

  /// The CRC-32 (RFC 1952 section 8) of the bytes written since `start`.
  func crc32(from start: Int) -> UInt32 {
    UInt32(truncatingIfNeeded: crc32_z(0, output + start, written - start))
  }

  // MARK: - The contents

  /// Unpacks one DEFLATE stream to its end.
  mutating func run() throws(InflateError) {
    if !isFresh { inflateReset(stream) }
    isFresh = false
    while true {
      if written == capacity { grow() }
      let count = min(left, Self.step)
      let room = capacity - written
      stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress.map { $0 + place })
      stream.pointee.avail_in = UInt32(count)
      stream.pointee.next_out = output + written
      stream.pointee.avail_out = UInt32(truncatingIfNeeded: room)
      let result = inflate(stream, Z_NO_FLUSH)
      place += count - Int(stream.pointee.avail_in)
      written += room - Int(stream.pointee.avail_out)
      guard written <= limit else { throw .tooLarge(limit: limit) }
      guard [Z_OK, Z_BUF_ERROR, Z_STREAM_END].contains(result) else { throw .damaged }
      guard place <= written + Self.slack else { throw .wasteful }
      if result == Z_STREAM_END { return }
      if isAtEnd, written < capacity { throw .endsEarly }
    }
  }

  private mutating func grow() {
    let wanted = min(capacity * 2, limit + 1)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: output, count: written)
    output.deallocate()
    output = larger
    capacity = wanted
  }
}
