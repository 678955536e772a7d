internal import Glibc

/// Reads CSV (RFC 4180) record by record in bounded memory.
///
/// Lines end with LF, CR LF or CR, also mixed. A quoted field may contain separators, line ends and doubled
/// quotes; a quote inside an unquoted field is an ordinary character. A byte order mark and empty lines are
/// skipped. An invalid record becomes a `malformed` step, and reading continues: after its first line if a
/// quote is never closed, else after the record.
///
///     var reader = CSVReader(bytes: ...)
///     loop: while true {
///       switch try reader.next() {
///       case .record: use(reader.text(0))
///       case .malformed(let error): reject(error)
///       case .end: break loop
///       }
///     }
///
/// For one thread. Fields are slices of one buffer and become invalid at the next call of `next()`.
package struct CSVReader: ~Copyable {
  /// Fills the buffer and returns the number of bytes; 0 at the end.
  package typealias Source = (UnsafeMutableRawBufferPointer) throws(SystemError) -> Int

  private let source: Source
  private let options: CSVOptions
  var buffer: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The unread bytes of `buffer` are `start..<end`.
  private var start = 0
  private var end = 0
  private var isAtEnd = false
  private var isBeginning: Bool
  private var isUTF16 = false
  /// Whether an over-long record was reported and its rest must be skipped.
  private var isDiscarding = false
  private var scanner: CSVScanner

  /// The start of the current record or malformed row.
  package private(set) var recordStart: CSVPosition
  /// The start of the next one: pass this to a new reader to resume.
  package private(set) var position: CSVPosition
  /// The byte between fields; `nil` until known.
  package private(set) var separator: UInt8?

  /// - Parameters:
  ///   - position: the position of the source, if not at the beginning. The options must then give the
  ///     separator.
  ///   - source: called when bytes are needed.
  package init(
    _ options: CSVOptions = .init(), from position: CSVPosition = .init(), source: @escaping Source
  ) {
    self.options = options
    self.source = source
    self.position = position
    recordStart = position
    isBeginning = position.offset == 0
    separator = options.separator
    capacity = 256 << 10
    buffer = .allocate(capacity: capacity)
    scanner = CSVScanner(options)
  }

  /// Reads an open file, which the caller keeps open; starts at `position` if the file is seekable. In a cancelled task,
  /// reading fails with `ECANCELED`.
  package init(
    descriptor: Int32, _ options: CSVOptions = .init(), from position: CSVPosition = .init()
  ) throws(CSVError) {
    if position.offset > 0, lseek(descriptor, off_t(position.offset), SEEK_SET) < 0 {
      throw .source(.last("go to byte \(position.offset) of the file"))
    }
    self.init(options, from: position) { (space) throws(SystemError) in
      try SystemError.check("read the file")
      let count = retryingInterrupts { read(descriptor, space.baseAddress, space.count) }
      guard count >= 0 else { throw .last("read the file") }
      return count
    }
  }

  package init(bytes: [UInt8], _ options: CSVOptions = .init(), from position: CSVPosition = .init()) {
    var next = min(Int(position.offset), bytes.count)
    self.init(options, from: position) { space in
      let count = min(space.count, bytes.count - next)
      space.copyBytes(from: bytes[next..<next + count])
      next += count
      return count
    }
  }

  deinit { buffer.deallocate() }

  /// Advances to the next record or malformed row.
  package mutating func next() throws(CSVError) -> CSVStep {
    if isBeginning { try begin() }
    while true {
      if start == end {
        guard try fill() else { return .end }
      }
      if isDiscarding {
        guard try discardLine() else { return .end }
        continue
      }
      recordStart = position
      let outcome = scanner.scan(
        UnsafeMutablePointer(buffer + start), count: end - start, separator: separator ?? UInt8(ascii: ","),
        isLast: isAtEnd)
      switch outcome {
      case .needsMore:
        if end - start > options.recordLimit {
          isDiscarding = true
          return .malformed(
            CSVRowError(line: position.line, problem: .recordTooLong(limit: options.recordLimit)))
        }
        // The scan restarts with the record; the buffer at least doubles, so this stays linear.
        guard try fill() else { continue }
      case .record(let length, let lines):
        fieldBase = start
        advance(length, lines: lines)
        if scanner.isEmptyLine { continue }
        if let problem = scanner.textProblem(buffer + fieldBase) {
          return .malformed(CSVRowError(line: recordStart.line, problem: named(problem)))
        }
        return .record
      case .malformed(let problem, let length, let lines):
        let line = position.line
        advance(length, lines: lines)
        // Without a length, the row does not end within the buffered bytes.
        if length == 0 { isDiscarding = true }
        return .malformed(CSVRowError(line: line, problem: problem))
      }
    }
  }

  private func named(_ problem: CSVRowError.Problem) -> CSVRowError.Problem {
    if isUTF16 { return .utf16 }
    return problem == .invalidUTF8 && options.encoding != .utf8 ? .notInEncoding(options.encoding) : problem
  }

  private var fieldBase = 0

  /// The number of fields of the current record.
  package var count: Int { scanner.fieldCount }

  /// Whether a field is empty or missing.
  package func isEmpty(_ index: Int) -> Bool {
    guard index >= 0, index < count else { return true }
    return scanner.bounds(index).isEmpty
  }

  /// Lends the UTF-8 bytes of a field, without quotes; an empty buffer if it is missing.
  package func withBytes<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    guard index >= 0, index < count else { return try body(UnsafeBufferPointer(start: nil, count: 0)) }
    let bounds = scanner.bounds(index)
    return try body(UnsafeBufferPointer(start: buffer + fieldBase + bounds.lowerBound, count: bounds.count))
  }

  /// The bytes that `withBytes` lends; valid only until the next call of `next()`. For loops over the cells
  /// of millions of rows.
  package func unsafeBytes(_ index: Int) -> UnsafeBufferPointer<UInt8> {
    guard index >= 0, index < count else { return UnsafeBufferPointer(start: nil, count: 0) }
    let bounds = scanner.bounds(index)
    return UnsafeBufferPointer(start: buffer + fieldBase + bounds.lowerBound, count: bounds.count)
  }

  /// The text of a field; empty if it is missing.
  package func text(_ index: Int) -> String { withBytes(index) { String(decoding: $0, as: UTF8.self) } }

  /// All fields as text.
  package var fields: [String] { (0..<count).map { text($0) } }

  private mutating func advance(_ length: Int, lines: Int) {
    start += length
    position.offset += Int64(length)
    position.line += lines
  }

  /// Skips a byte order mark and detects the separator from the first record.
  private mutating func begin() throws(CSVError) {
    isBeginning = false
    _ = try fill()
    let first = UnsafeBufferPointer(start: buffer, count: end)
    if first.starts(with: [0xEF, 0xBB, 0xBF]) { advance(3, lines: 0) }
    isUTF16 = first.starts(with: [0xFF, 0xFE]) || first.starts(with: [0xFE, 0xFF])
    if separator == nil {
      separator = try CSVScanner.separator(in: UnsafeBufferPointer(rebasing: first[start...]))
    }
  }

  /// Skips to the next line end; returns false at the end of the source.
  private mutating func discardLine() throws(CSVError) -> Bool {
    while true {
      if start == end {
        guard try fill() else { return false }
      }
      guard let place = (start..<end).first(where: { buffer[$0] == 0x0A || buffer[$0] == 0x0D }) else {
        advance(end - start, lines: 0)
        continue
      }
      if buffer[place] == 0x0D, place + 1 == end, !isAtEnd {
        advance(place - start, lines: 0)
        if try fill() { continue }
      }
      let isPair = buffer[place] == 0x0D && place + 1 < end && buffer[place + 1] == 0x0A
      advance(place - start + (isPair ? 2 : 1), lines: 1)
      isDiscarding = false
      return true
    }
  }

  /// Reads until the buffer is full or the source ends. Returns whether any bytes were added.
  private mutating func fill() throws(CSVError) -> Bool {
    guard !isAtEnd else { return false }
    if start > 0 {
      buffer.update(from: buffer + start, count: end - start)
      end -= start
      start = 0
    }
    if end > capacity / 2 {
      let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity * 2)
      larger.update(from: buffer, count: end)
      buffer.deallocate()
      buffer = larger
      capacity *= 2
    }
    let before = end
    while end < capacity {
      let count: Int
      do {
        count = try source(UnsafeMutableRawBufferPointer(start: buffer + end, count: capacity - end))
      } catch {
        throw .source(error)
      }
      if count == 0 {
        isAtEnd = true
        break
      }
      end += count
    }
    return end > before || isAtEnd
  }
}
