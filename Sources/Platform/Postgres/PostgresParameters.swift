internal import Glibc

/// The values of one execution as libpq expects them: numbers and texts as C strings, bytes unchanged.
final class PostgresParameters: SQLBinder {
  private var start = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 8)
  private var capacity = 4096
  private var used = 0
  /// The start of each value; -1 for NULL. Pointers are made only at the end, because the bytes may move.
  private var offsets: [Int] = []
  private var lengths: [Int32] = []
  private var formats: [Int32] = []
  private var addresses: [UnsafePointer<CChar>?] = []
  private var statement = ""

  deinit { start.deallocate() }

  /// Removes all values; errors will name `statement`.
  func start(statement: String) {
    self.statement = statement
    used = 0
    offsets.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
    formats.removeAll(keepingCapacity: true)
  }

  var count: Int { offsets.count }

  /// Lends the arrays for one libpq call: count, values, lengths, formats.
  func withArguments<R>(
    _ body: (Int32, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?, UnsafePointer<Int32>?) -> R
  ) -> R {
    addresses.removeAll(keepingCapacity: true)
    for offset in offsets {
      addresses.append(offset < 0 ? nil : UnsafePointer((start + offset).assumingMemoryBound(to: CChar.self)))
    }
    return addresses.withUnsafeBufferPointer { addresses in
      lengths.withUnsafeBufferPointer { lengths in
        formats.withUnsafeBufferPointer { formats in
          body(Int32(addresses.count), addresses.baseAddress, lengths.baseAddress, formats.baseAddress)
        }
      }
    }
  }

  func bindNull() throws(SQLError) {
    offsets.append(-1)
    lengths.append(0)
    formats.append(0)
  }

  func bind(_ value: Int64) throws(SQLError) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var first = 20
      var rest = value.magnitude
      repeat {
        first -= 1
        digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
      if value < 0 {
        first -= 1
        digits[first] = UInt8(ascii: "-")
      }
      append(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(digits)[first...]), isBinary: false)
    }
  }

  func bind(_ value: Double) throws(SQLError) { try bind(value.description) }

  func bind(_ value: String) throws(SQLError) {
    var value = value
    let done = value.withUTF8 { bytes in
      Result { () throws(SQLError) in try bind(utf8: UnsafeRawBufferPointer(bytes)) }
    }
    try done.get()
  }

  func bind(utf8 bytes: UnsafeRawBufferPointer) throws(SQLError) {
    if let start = bytes.baseAddress, memchr(start, 0, bytes.count) != nil {
      throw .textHoldsNul(in: statement)
    }
    append(bytes, isBinary: false)
  }

  func bind(_ value: [UInt8]) throws(SQLError) {
    value.withUnsafeBytes { append($0, isBinary: true) }
  }

  private func append(_ bytes: UnsafeRawBufferPointer, isBinary: Bool) {
    if capacity - used < bytes.count + 1 { grow(by: bytes.count + 1) }
    if let source = bytes.baseAddress { memcpy(start + used, source, bytes.count) }
    (start + used).storeBytes(of: 0, toByteOffset: bytes.count, as: UInt8.self)
    offsets.append(used)
    lengths.append(Int32(clamping: bytes.count))
    formats.append(isBinary ? 1 : 0)
    used += bytes.count + 1
  }

  private func grow(by count: Int) {
    capacity = max(2 * capacity, used + count)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
    memcpy(larger, start, used)
    start.deallocate()
    start = larger
  }
}
