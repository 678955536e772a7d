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
  /// Names this journal among several of one shop: a store remembers of each how far it has come.
  package let id: String
  let digests: AddressDigests
  private let path: String
  private let file: FileDescriptor
  private let state: Mutex<State>

  private struct State {
    var end: Int64
    var last: Int64
    /// Up to where there is room on the disk.
    var reserved: Int64 = 0
    /// Whether the last write failed.
    var isBroken = false
    /// What the jobs of the open transaction have said.
    var proposed: [Entry] = []
  }

  /// What is said within one job of the writer. Confined to that job.
  package final class Buffer {
    let digests: AddressDigests
    private(set) var entries: [Entry] = []

    init(_ journal: ConsentJournal) { digests = journal.digests }

    func add(_ entry: Entry) { entries.append(entry) }
  }

  /// Opens a journal that is there. See `open(_:of:)`.
  init(path: String) throws {
    self.path = path
    file = try Files.openKept(path)
    let length = lseek(file.raw, 0, SEEK_END)
    guard length >= 0 else { throw FileError(path, errno, "read") }
    let header = try Self.header(try Self.lines(file, path, from: 0, limit: Self.headerLimit).lines, path)
    id = header.id
    digests = AddressDigests(salt: header.salt)
    let (tail, end) = try Self.lines(file, path, from: max(0, Int64(length) - 65_536), limit: 65_536)
    // A line that a crash has cut off is written over.
    let last = tail.reversed().lazy.compactMap { Entry.number(of: $0) }.first
    var found = State(end: end, last: last ?? 0)
    if last == nil {
      found.end = try Self.scan(file, path) { line in
        if let number = Entry.number(of: line) { found.last = max(found.last, number) }
      }
    }
    state = Mutex(found)
    // A full disk is told when something is to be written.
    try? reserve()
  }

  /// The number of the last entry; 0 when there is none.
  package var last: Int64 { state.withLock { $0.last } }

  // MARK: - Writing

  /// Takes what a job has said, to be written before the transaction is committed.
  func propose(_ entries: [Entry]) {
    if !entries.isEmpty { state.withLock { $0.proposed += entries } }
  }

  /// The number that the last of the proposed entries will have; `nil` when there are none.
  var proposedLast: Int64? {
    state.withLock { $0.proposed.isEmpty ? nil : $0.last + Int64($0.proposed.count) }
  }

  /// Puts the proposed entries on disk, all with one sync.
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

  /// The transaction has ended: what was proposed in it and not written was undone.
  func dropProposed() { state.withLock { $0.proposed = [] } }

  /// Throws while the next entries would find no room, or could not be written since the last ones could not.
  func requireRoom() throws(FileError) {
    try reserve()
    // Nobody minds an empty line.
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
      // What is left of it must not stand behind a shorter text that is written later.
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

  /// Some hundred words more find room when the disk is full: it is never the journal that turns a withdrawal away.
  private static let room: Int64 = 65_536

  private func reserve() throws(FileError) {
    let (end, reserved) = state.withLock { ($0.end, $0.reserved) }
    guard reserved - end < Self.room / 2 else { return }
    try Files.reserve(file, path, from: end, bytes: Self.room)
    state.withLock { $0.reserved = end + Self.room }
  }

  // MARK: - Reading

  /// The entries after the one with this number, in order.
  package func entries(after number: Int64) throws -> [Entry] {
    guard last > number else { return [] }
    var entries: [Entry] = []
    _ = try Self.scan(file, path) { line in
      if let found = Entry.number(of: line), found > number, let entry = Entry(line) { entries.append(entry) }
    }
    return entries
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
