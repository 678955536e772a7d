internal import Glibc

/// An open file converted to UTF-8, read sequentially in bounded memory.
///
/// The same file always gives the same bytes, so a byte offset identifies a position. Bytes that are invalid
/// in the encoding become FF, which never occurs in UTF-8, so that the reader finds the error in its place. In a
/// cancelled task, reading fails with `ECANCELED`.
///
/// For one thread.
package final class ConvertedFile {
  /// Stands for bytes that cannot be converted.
  package static let fault: UInt8 = 0xFF

  private let descriptor: Int32
  private let converter: iconv_t
  private let unit: Int
  private var input: [UInt8]
  private var inputStart = 0
  private var inputEnd = 0
  private var nextOffset: off_t = 0
  private var isAtEnd = false
  /// Bytes returned so far.
  package private(set) var position: Int64 = 0
  /// Converted bytes not yet returned.
  private var pending: ArraySlice<UInt8> = []

  /// - Parameter descriptor: a plain file's; its offset is neither used nor changed. The caller keeps it
  ///   open.
  package init(descriptor: Int32, _ encoding: TextEncoding) throws(SystemError) {
    guard let opened = iconv_open("UTF-8", encoding.iconvName), opened != iconv_t(bitPattern: -1) else {
      throw .last("convert text from \(encoding.rawValue)")
    }
    converter = opened
    unit = encoding.unit
    self.descriptor = descriptor
    input = [UInt8](repeating: 0, count: 64 << 10)
  }

  deinit { iconv_close(converter) }

  /// Fills `space` and returns the number of bytes; 0 at the end.
  package func read(_ space: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    if pending.isEmpty { try convert() }
    let count = min(space.count, pending.count)
    space.copyBytes(from: pending.prefix(count))
    pending.removeFirst(count)
    position += Int64(count)
    return count
  }

  /// Advances to this offset, which must not be before `position`, or to the end.
  package func skip(to target: Int64) throws(SystemError) {
    while position < target {
      if pending.isEmpty { try convert() }
      if pending.isEmpty { return }
      let count = min(Int(target - position), pending.count)
      pending.removeFirst(count)
      position += Int64(count)
    }
  }

  /// The next bytes, whole characters only; `nil` at the end.
  package func next() throws(SystemError) -> ArraySlice<UInt8>? {
    if pending.isEmpty { try convert() }
    defer {
      position += Int64(pending.count)
      pending = []
    }
    return pending.isEmpty ? nil : pending
  }

  private func convert() throws(SystemError) {
    var output: [UInt8] = []
    while output.isEmpty {
      if inputEnd - inputStart < 16, !isAtEnd { try fill() }
      if inputStart == inputEnd { return }
      let problem = step(&output)
      switch problem {
      case 0, E2BIG: break
      // A truncated character; at the end of the file, its remaining bytes are missing.
      case EINVAL where !isAtEnd: try fill()
      default:
        output.append(Self.fault)
        inputStart = min(inputStart + unit, inputEnd)
        iconv(converter, nil, nil, nil, nil)
      }
    }
    pending = output[...]
  }

  /// Converts as much of the input as it can. Returns the error number where it stopped, or 0 at the end.
  private func step(_ output: inout [UInt8]) -> Int32 {
    var problem: Int32 = 0
    let (from, to) = (inputStart, inputEnd)
    var taken = 0
    output = [UInt8](unsafeUninitializedCapacity: 128 << 10) { buffer, count in
      input.withUnsafeMutableBytes { bytes in
        var source = bytes.baseAddress?.advanced(by: from).assumingMemoryBound(to: CChar.self)
        var sourceLeft = to - from
        var room = buffer.count
        buffer.withMemoryRebound(to: CChar.self) { space in
          var target = space.baseAddress
          if iconv(converter, &source, &sourceLeft, &target, &room) == Int(bitPattern: UInt.max) {
            problem = errno
          }
        }
        taken = to - from - sourceLeft
        count = buffer.count - room
      }
    }
    inputStart += taken
    return problem
  }

  private func fill() throws(SystemError) {
    if inputStart > 0 {
      input.replaceSubrange(0..<(inputEnd - inputStart), with: Array(input[inputStart..<inputEnd]))
      inputEnd -= inputStart
      inputStart = 0
    }
    try SystemError.check("read the file")
    let before = inputEnd
    let count = input.withUnsafeMutableBytes { bytes in
      retryingInterrupts {
        pread(descriptor, bytes.baseAddress?.advanced(by: before), bytes.count - before, nextOffset)
      }
    }
    guard count >= 0 else { throw .last("read the file") }
    if count == 0 { isAtEnd = true }
    nextOffset += off_t(count)
    inputEnd += count
  }
}
