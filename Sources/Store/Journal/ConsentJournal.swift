internal import Domain
internal import Glibc
internal import Platform
internal import Synchronization

/// What customers and operators said about messages, in a file of its own outside the store: withdrawals, grants,
/// suppressions, forgotten people.
///
/// A backup that is put back knows nothing of what was said after it was made; writing to somebody who unsubscribed since,
/// or was forgotten, is the worst that a restore can do. So each such word is also appended here, and on disk before the
/// store's own commit; the store remembers how far it has come, and takes in what it lacks when it is opened.
///
/// One line of JSON an entry, under a number. People appear only as salted digests. The store's writer thread appends.
package final class ConsentJournal: Sendable {
  /// Names this journal, so that a store does not take in another shop's.
  package let id: String
  let digests: AddressDigests
  private let path: String
  private let file: FileDescriptor
  private let state: Mutex<State>

  private struct State {
    var end: Int64
    var last: Int64
  }

  /// What is said within one job of the writer. Confined to that job.
  package final class Buffer {
    let digests: AddressDigests
    private(set) var entries: [Entry] = []

    init(_ journal: ConsentJournal) { digests = journal.digests }

    func add(_ entry: Entry) { entries.append(entry) }
  }

  /// Opens the journal, or begins one.
  ///
  /// - Parameter salt: of the digests that the store holds already; a new journal goes on with it.
  package init(path: String, salt: String?) throws {
    self.path = path
    file = try Files.openKept(path)
    let length = lseek(file.raw, 0, SEEK_END)
    guard length >= 0 else { throw FileError(path, errno, "read") }
    if length == 0 {
      id = Hex.text(RandomBytes.make(16))
      let salt = salt ?? Hex.text(RandomBytes.make(16))
      digests = AddressDigests(salt: salt)
      let header = JSON.object(["journal": .string(id), "salt": .string(salt)]).text() + "\n"
      state = Mutex(State(end: 0, last: 0))
      try write(Array(header.utf8))
    } else {
      let (header, _) = try Self.lines(file, path, from: 0, limit: 4096)
      guard let first = header.first, let object = try? JSON.parse(first),
        let id = object["journal"]?.stringValue, let salt = object["salt"]?.stringValue
      else { throw StoreError.io(path: path, reason: "it is no journal of ours; move it away") }
      self.id = id
      digests = AddressDigests(salt: salt)
      let (tail, end) = try Self.lines(file, path, from: max(0, Int64(length) - 65_536), limit: 65_536)
      // A line that a crash has cut off is written over.
      let last = tail.reversed().lazy.compactMap { Entry.number(of: $0) }.first ?? 0
      state = Mutex(State(end: end, last: last))
    }
  }

  /// The number of the last entry; 0 when there is none.
  package var last: Int64 { state.withLock { $0.last } }

  /// Puts entries on disk.
  ///
  /// - Returns: the number of the last of them.
  func append(_ entries: [Entry]) throws -> Int64 {
    var number = last
    var text = ""
    for entry in entries {
      number += 1
      text += entry.json(number: number).text() + "\n"
    }
    try write(Array(text.utf8))
    state.withLock { $0.last = number }
    return number
  }

  private func write(_ bytes: [UInt8]) throws {
    let end = state.withLock { $0.end }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        pwrite(
          file.raw, $0.baseAddress.map { $0 + written }, bytes.count - written, off_t(end) + off_t(written))
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw FileError(path, errno, "write") }
      written += count
    }
    guard fdatasync(file.raw) == 0 else { throw FileError(path, errno, "write") }
    state.withLock { $0.end = end + Int64(written) }
  }

  /// The entries after the one with this number, in order.
  package func entries(after number: Int64) throws -> [Entry] {
    guard last > number else { return [] }
    let (lines, _) = try Self.lines(file, path, from: 0, limit: .max)
    return lines.compactMap { line in
      guard let found = Entry.number(of: line), found > number else { return nil }
      return Entry(line)
    }
  }

  /// Whole lines from an offset, and where the last of them ends.
  private static func lines(
    _ file: borrowing FileDescriptor, _ path: String, from start: Int64, limit: Int
  ) throws -> (lines: [[UInt8]], end: Int64) {
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
}

/// Makes the names under which addresses and ids stand where nobody shall read them.
struct AddressDigests: Sendable {
  let salt: String
  private let code: HMACSHA256

  init(salt: String) {
    self.salt = salt
    code = HMACSHA256(key: Array(salt.utf8))
  }

  /// - Parameter address: folded.
  func digest(_ address: String) -> String { code.authenticate(address).description }
}
