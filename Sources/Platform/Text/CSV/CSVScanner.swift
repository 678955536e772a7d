/// Finds the fields of one record in a buffer.
struct CSVScanner {
  enum Outcome {
    /// The record does not end in these bytes.
    case needsMore
    /// The record's length in bytes with its line end, and the number of line ends in it.
    case record(length: Int, lines: Int)
    /// The number of bytes to skip; 0 if not even the line ends in these bytes.
    case malformed(CSVRowError.Problem, length: Int, lines: Int)
  }

  private let fieldLimit: Int
  private let columnLimit: Int
  /// The start and end of each field, relative to the record.
  private var starts: [Int32] = []
  private var ends: [Int32] = []
  private var hasHighBytes = false
  private var hasNUL = false

  init(_ options: CSVOptions) {
    fieldLimit = options.fieldLimit
    columnLimit = options.columnLimit
  }

  var fieldCount: Int { starts.count }
  func bounds(_ index: Int) -> Range<Int> { Int(starts[index])..<Int(ends[index]) }

  /// Whether the record is an empty line.
  private(set) var isEmptyLine = false

  /// The invalid character data in the record just scanned, with its fields at `base`; `nil` if all is valid.
  func textProblem(_ base: UnsafeMutablePointer<UInt8>) -> CSVRowError.Problem? {
    if hasNUL { return .nul }
    guard hasHighBytes, let last = ends.last else { return nil }
    // Fields are in order, so one check of the whole stretch covers them; between them is only ASCII.
    return UTF8Check.isValid(UnsafeBufferPointer(start: base, count: Int(last))) ? nil : .invalidUTF8
  }

  /// Scans one record from the start of `bytes`, unfolding doubled quotes in place.
  ///
  /// - Parameter isLast: whether the source ends with these bytes, which then ends the record.
  mutating func scan(
    _ bytes: UnsafeMutablePointer<UInt8>, count: Int, separator: UInt8, isLast: Bool
  ) -> Outcome {
    starts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isEmptyLine = false
    hasNUL = false
    var high: UInt8 = 0
    defer { hasHighBytes = high >= 0x80 }
    var lines = 0
    var i = 0
    while true {
      let start = i
      var end: Int
      if i < count, bytes[i] == 0x22 {
        i += 1
        var close = -1
        var hasDoubled = false
        while i < count {
          let byte = bytes[i]
          if byte == 0x22 {
            if i + 1 < count, bytes[i + 1] == 0x22 {
              hasDoubled = true
              i += 2
              continue
            }
            if i + 1 == count, !isLast { return .needsMore }
            close = i
            break
          }
          high |= byte
          if byte == 0x0A || byte == 0x0D {
            if byte == 0x0A || !(i + 1 < count && bytes[i + 1] == 0x0A) { lines += 1 }
          } else if byte == 0 {
            hasNUL = true
          }
          if i - start > fieldLimit { return afterFirstLine(.unterminatedQuote, bytes, count, isLast) }
          i += 1
        }
        guard close >= 0 else {
          return isLast ? afterFirstLine(.unterminatedQuote, bytes, count, isLast) : .needsMore
        }
        end = close
        i = close + 1
        if i < count, bytes[i] != separator, bytes[i] != 0x0A, bytes[i] != 0x0D {
          return afterLine(.textAfterQuote, from: i, lines, bytes, count, isLast)
        }
        // Nothing may be modified before the whole record is known: it may be scanned again.
        starts.append(Int32(truncatingIfNeeded: hasDoubled ? ~(start + 1) : start + 1))
      } else {
        while i < count {
          let byte = bytes[i]
          // Only NUL, TAB, LF and CR are below the comma here; letters and digits need one comparison.
          if byte == separator || byte <= 0x0D && (byte == 0x0A || byte == 0x0D) { break }
          if byte == 0 { hasNUL = true }
          high |= byte
          i += 1
        }
        if i - start > fieldLimit {
          return afterLine(.fieldTooLong(limit: fieldLimit), from: i, lines, bytes, count, isLast)
        }
        if i == count, !isLast { return .needsMore }
        end = i
        starts.append(Int32(truncatingIfNeeded: start))
      }
      ends.append(Int32(truncatingIfNeeded: end))
      if starts.count > columnLimit {
        return afterLine(.tooManyColumns(limit: columnLimit), from: i, lines, bytes, count, isLast)
      }

      if i < count, bytes[i] == separator {
        i += 1
        continue
      }
      if i < count, bytes[i] == 0x0D {
        // The LF of a CR LF may not have been read yet.
        if i + 1 == count, !isLast { return .needsMore }
        i += i + 1 < count && bytes[i + 1] == 0x0A ? 2 : 1
      } else if i < count {
        i += 1
      }
      isEmptyLine = starts.count == 1 && starts[0] == 0 && ends[0] == 0
      unfold(bytes)
      let endsWithLine = i > 0 && (bytes[i - 1] == 0x0A || bytes[i - 1] == 0x0D)
      return .record(length: i, lines: lines + (endsWithLine ? 1 : 0))
    }
  }

  /// Replaces doubled quotes with single ones in the marked fields.
  private mutating func unfold(_ bytes: UnsafeMutablePointer<UInt8>) {
    for field in starts.indices where starts[field] < 0 {
      starts[field] = ~starts[field]
      var write = Int(starts[field])
      var read = write
      let end = Int(ends[field])
      while read < end {
        bytes[write] = bytes[read]
        read += bytes[read] == 0x22 ? 2 : 1
        write += 1
      }
      ends[field] = Int32(truncatingIfNeeded: write)
      // The leftover bytes must not look like broken UTF-8.
      while write < end {
        bytes[write] = 0x20
        write += 1
      }
    }
  }

  /// Skips the first line only, so that an unclosed quote does not swallow the file.
  private func afterFirstLine(
    _ problem: CSVRowError.Problem, _ bytes: UnsafeMutablePointer<UInt8>, _ count: Int, _ isLast: Bool
  ) -> Outcome {
    afterLine(problem, from: 0, 0, bytes, count, isLast)
  }

  private func afterLine(
    _ problem: CSVRowError.Problem, from place: Int, _ lines: Int, _ bytes: UnsafeMutablePointer<UInt8>,
    _ count: Int,
    _ isLast: Bool
  ) -> Outcome {
    var i = place
    while i < count, bytes[i] != 0x0A, bytes[i] != 0x0D { i += 1 }
    if i == count {
      if isLast { return .malformed(problem, length: count, lines: lines) }
      // The caller searches for the line end from the start of the record, which is correct only in its first
      // line.
      return lines == 0 ? .malformed(problem, length: 0, lines: 0) : .needsMore
    }
    if bytes[i] == 0x0D, i + 1 == count, !isLast { return .needsMore }
    let isPair = bytes[i] == 0x0D && i + 1 < count && bytes[i + 1] == 0x0A
    return .malformed(problem, length: i + (isPair ? 2 : 1), lines: lines + 1)
  }

  /// The most frequent separator outside quotes in the first line; a comma if there is none.
  static func separator(in bytes: UnsafeBufferPointer<UInt8>) throws(CSVError) -> UInt8 {
    var counts: [(byte: UInt8, count: Int)] = [(0x2C, 0), (0x3B, 0), (0x09, 0)]
    var isQuoted = false
    var hasText = false
    for byte in bytes {
      if byte == 0x22 { isQuoted.toggle() }
      if !isQuoted, byte == 0x0A || byte == 0x0D {
        if hasText { break }
        continue
      }
      hasText = true
      if !isQuoted, let index = counts.firstIndex(where: { $0.byte == byte }) { counts[index].count += 1 }
    }
    counts.sort { $0.count > $1.count }
    if counts[0].count == 0 { return UInt8(ascii: ",") }
    guard counts[0].count > counts[1].count else { throw .ambiguousSeparator }
    return counts[0].byte
  }
}
