internal import Domain
internal import Glibc
internal import Platform
internal import Synchronization

/// A log of statements by customers and operators about messages, in its own file outside the store:
/// withdrawals, grants, suppressions, forgotten people.
///
/// A restored backup does not know what was said after it was made, and the worst that a restore can do is to write to
/// somebody who has since unsubscribed or been forgotten. So each statement is also appended here, and synced before
/// the store's own commit. The store remembers its position in the journal, and replays what it lacks when it is
/// opened.
///
/// One line of JSON per entry, numbered. People appear only as salted digests. The store's writer thread
/// appends.
package final class ConsentJournal: Sendable {
  /// Distinguishes the journals of one shop: a store remembers its position in each.
  package let id: String
  let digests: AddressDigests
  private let path: String
  private let file: FileDescriptor
  private let state: Mutex<State>

  private struct State {
    var end: Int64
    var last: Int64
    /// The end of the disk space reserved for it.
    var reserved: Int64 = 0
    /// Whether the last write failed.
    var isBroken = false
    /// Entries of the open transaction's jobs.
    var proposed: [Entry] = []
  }

  /// Entries of one job of the writer. Confined to that job.
  package final class Buffer {
    let digests: AddressDigests
    private(set) var entries: [Entry] = []

    init(_ journal: ConsentJournal) { digests = journal.digests }

    /// Merges consecutive entries with the same statement about addresses into one line.
    func add(_ entry: Entry) {
      if let last = entries.last, last.addresses.count < Self.addressesTogether, entry.isAddition(to: last) {
        entries[entries.count - 1].addresses += entry.addresses
      } else {
        entries.append(entry)
      }
    }

    private static let addressesTogether = 500
  }

  /// Opens an existing journal. See `open(_:of:)`.
  init(path: String) throws {
    self.path = path
    file = try Files.openKept(path)
    let length = lseek(file.raw, 0, SEEK_END)
    guard length >= 0 else { throw FileError(path, errno, "read") }
    let header = try Self.header(try Self.lines(file, path, from: 0, limit: Self.headerLimit).lines, path)
    id = header.id
    digests = AddressDigests(salt: header.salt)
    let (tail, end) = try Self.lines(file, path, from: max(0, Int64(length) - 65_536), limit: 65_536)
    // A line cut off by a crash is overwritten.
    let last = tail.reversed().lazy.compactMap { Entry.number(of: $0) }.first
    var found = State(end: end, last: last ?? 0)
    if last == nil {
      found.end = try Self.scan(file, path) { line in
        if let number = Entry.number(of: line) { found.last = max(found.last, number) }
      }
    }
    state = Mutex(found)
    // A full disk is reported at the next write.
    try? reserve()
  }

  /// The number of the last entry; 0 if there is none.
  package var last: Int64 { state.withLock { $0.last } }

  // MARK: - Writing

  /// Adds a job's entries, to be written before the transaction commits.
  func propose(_ entries: [Entry]) {
    if !entries.isEmpty { state.withLock { $0.proposed += entries } }
  }

  /// The number that the last proposed entry will get; `nil` if nothing is proposed.
  var proposedLast: Int64? {
    state.withLock { $0.proposed.isEmpty ? nil : $0.last + Int64($0.proposed.count) }
  }

  /// Writes the proposed entries with a single sync.
  func writeProposed() throws(FileError) {
    let (entries, last) = state.withLock { ($0.proposed, $0.last) }
    guard !entries.isEmpty else { return }
    var text = ""
    for (index, entry) in entries.enumerated() {
      text += entry.json(number: last + Int64(index) + 1).text() + "\n"
    }
    try write(Array(text.utf8))
    state.withLock {
      $0.last = last + Int64(entries.count)
      $0.proposed = []
    }
  }

  /// Drops unwritten entries when the transaction has ended: its work was undone.
  func dropProposed() { state.withLock { $0.proposed = [] } }

  /// Throws if the next entries would not fit, or if the last write failed and still does.
  func requireRoom() throws(FileError) {
    try reserve()
    // An empty line is harmless.
    if state.withLock({ $0.isBroken }) { try write([0x0A]) }
  }

  private func write(_ bytes: [UInt8]) throws(FileError) {
    let end = state.withLock { $0.end }
    var written = 0
    var code: Int32 = 0
    while written < bytes.count, code == 0 {
      let count = bytes.withUnsafeBytes {
        pwrite(
          file.raw, $0.baseAddress.map { $0 + written }, bytes.count - written, off_t(end) + off_t(written))
      }
      if count > 0 {
        written += count
      } else if count == 0 || errno != EINTR {
        code = count == 0 ? EIO : errno
      }
    }
    if code == 0, fdatasync(file.raw) != 0 { code = errno }
    guard code == 0 else {
      // Otherwise part of it would remain behind a shorter text written later.
      if written > 0 { _ = ftruncate(file.raw, off_t(end)) }
      state.withLock {
        $0.isBroken = true
        $0.reserved = 0
      }
      throw FileError(path, code, "write")
    }
    state.withLock {
      $0.end = end + Int64(written)
      $0.isBroken = false
    }
    try? reserve()
  }

  /// Space for a few hundred entries, so that the journal can record withdrawals on a full disk.
  private static let room: Int64 = 65_536

  private func reserve() throws(FileError) {
    let (end, reserved) = state.withLock { ($0.end, $0.reserved) }
    guard reserved - end < Self.room / 2 else { return }
    try Files.reserve(file, path, from: end, bytes: Self.room)
    state.withLock { $0.reserved = end + Self.room }
  }

  // MARK: - Reading

  /// The entries after the given number, in order.
  package func entries(after number: Int64) throws -> [Entry] {
    guard last > number else { return [] }
    var entries: [Entry] = []
    _ = try Self.scan(file, path) { line in
      if let found = Entry.number(of: line), found > number, let entry = Entry(line) { entries.append(entry) }
    }
    return entries
  }
}

/// Computes the digests that stand for addresses and ids where nobody may read them.
struct AddressDigests: Sendable {
  let salt: String
  private let code: HMACSHA256

  init(salt: String) {
    self.salt = salt
    code = HMACSHA256(key: Array(salt.utf8))
  }

  /// - Parameter address: an already folded address.
  func digest(_ address: String) -> String { code.authenticate(address).description }
}
