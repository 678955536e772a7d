internal import Glibc
internal import Platform

/// Reading a journal's file.
extension ConsentJournal {
  /// The complete lines from an offset on, and the end of the last one.
  static func lines(
    _ file: borrowing FileDescriptor, _ path: String, from start: Int64, limit: Int
  ) throws(FileError) -> (lines: [[UInt8]], end: Int64) {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: min(limit, 1 << 16))
    while bytes.count < limit {
      let count = pread(
        file.raw, &chunk, min(chunk.count, limit - bytes.count), off_t(start) + off_t(bytes.count))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path, errno, "read") }
      if count == 0 { break }
      bytes += chunk[..<count]
    }
    guard let last = bytes.lastIndex(of: 0x0A) else { return ([], start) }
    return (bytes[..<last].split(separator: 0x0A).map(Array.init), start + Int64(last) + 1)
  }

  /// Maximum bytes of a line.
  private static let lineLimit = 64 << 20

  /// Passes on every complete line that is not too long, and returns the end of the last one. Takes memory
  /// for one line at a time; holes in the file are skipped, whatever their size.
  static func scan(
    _ file: borrowing FileDescriptor, _ path: String, _ body: ([UInt8]) -> Void
  ) throws(FileError) -> Int64 {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    var line: [UInt8] = []
    var isWhole = true
    var (offset, end) = (Int64(0), Int64(0))
    while true {
      guard let next = Files.nextData(file, from: offset) else { return end }
      if next > offset {
        offset = next
        isWhole = false
      }
      let count = pread(file.raw, &chunk, chunk.count, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw FileError(path, errno, "read") }
      if count == 0 { return end }
      var rest = chunk[..<count]
      while let feed = rest.firstIndex(of: 0x0A) {
        line += rest[..<feed]
        if isWhole, !line.isEmpty, line.count <= lineLimit { body(line) }
        line.removeAll(keepingCapacity: true)
        isWhole = true
        rest = rest[(feed + 1)...]
        end = offset + Int64(feed) + 1
      }
      if line.count <= lineLimit { line += rest } else { isWhole = false }
      offset += Int64(count)
    }
  }
}
