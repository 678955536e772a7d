internal import CTraps
internal import Glibc
internal import Synchronization

/// What this process has in hand, in a file mapped into its memory, and whether a trap ended the one before it.
///
/// Work that data of others could make trap is marked before it begins and unmarked after. A mark is a few stores into
/// memory: no call, no write. When a trap comes, a signal handler adds its number; the kernel keeps the page, and the
/// next process reads there what was in hand. After SIGKILL the number is missing, after a loss of power the page: neither is a trap.
///
/// Thread-safe. At most one that is open lives in a process.
package final class BlackBox: Sendable {
  /// Marks nothing; `report` is `nil`.
  package static let none = BlackBox()

  /// Bytes of the longest id that a mark holds.
  package static let textBytes = Int(ccrash_text_bytes)
  private static let marks = 256
  private static let size = Int(ccrash_page_bytes) + marks * Int(ccrash_mark_bytes)
  private static let magic: [UInt8] = Array("REPRISE1".utf8)

  /// How the process before this one ended; `nil` unless by a trap.
  package let report: CrashReport?

  private struct Memory: @unchecked Sendable {
    // Mapped until the end of the process. Each mark belongs to whoever took its number from `free`.
    let base: UnsafeMutableRawPointer

    func mark(_ index: Int) -> UnsafeMutablePointer<ccrash_mark> {
      ccrash_mark_at(base, UInt32(index))
    }
  }

  private let memory: Memory?
  private let free: Mutex<[Int]>
  private let order = Atomic<UInt64>(1)

  private init() {
    report = nil
    memory = nil
    free = Mutex([])
  }

  /// Opens or makes the file and begins to watch for traps. What the last process left stays in it until `begin`.
  package init(path: String) throws(FileError) {
    let file = try Files.openKept(path)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw FileError(path, errno, "open") }
    if Int(status.st_size) != Self.size, ftruncate(file.raw, 0) != 0 { throw FileError(path, errno, "write") }
    // Given its blocks now: on a full disk a store into a hole would be the trap itself.
    let code = posix_fallocate(file.raw, 0, off_t(Self.size))
    guard code == 0 else { throw FileError(path, code, "write") }
    guard let base = ccrash_map(file.raw, Self.size) else { throw FileError(path, errno, "map") }
    let memory = Memory(base: base)
    self.memory = memory
    report = Self.read(memory)
    // The last ones first, so that those in use lie side by side.
    free = Mutex(Array((0..<Self.marks).reversed()))
  }

  /// Forgets what the last process left and marks from now on. Before the first work; once.
  package func begin() throws(SystemError) {
    guard let memory else { return }
    memset(memory.base, 0, Self.size)
    memory.base.copyMemory(from: Self.magic, byteCount: Self.magic.count)
    let code = ccrash_watch(memory.base, UInt32(Self.marks))
    guard code == 0 else { throw SystemError("watch for traps", code: code) }
  }

  // MARK: - Marks of a thread

  /// A mark that a thread changes from one piece of work to the next. Not to be taken to another thread.
  package struct Section {
    fileprivate let mark: UnsafeMutablePointer<ccrash_mark>?
    fileprivate let box: BlackBox

    /// From now on this is in hand, and what was before is not.
    package func now(on kind: WorkKind, _ key: Int64 = 0, count: Int = 1) {
      guard let mark else { return }
      ccrash_set(mark, kind.number, key, UInt32(clamping: count), 0, box.nextOrder())
    }

    /// Nothing of this section is in hand; what lies around it is.
    package func rest() {
      guard let mark else { return }
      ccrash_set(mark, 0, 0, 0, 0, 0)
    }

    package func now(on kind: WorkKind, id: String, count: Int = 1) {
      guard let mark else { return }
      var id = id
      let text = UnsafeMutableRawPointer(mark) + MemoryLayout<ccrash_mark>.size
      let length = id.withUTF8 { utf8 in
        let length = min(utf8.count, BlackBox.textBytes)
        if length > 0, let source = utf8.baseAddress { text.copyMemory(from: source, byteCount: length) }
        return length
      }
      ccrash_set(mark, kind.number, 0, UInt32(clamping: count), UInt32(length), box.nextOrder())
    }
  }

  /// Lends a mark for what `body` does on this thread; sections may lie in each other, and the innermost counts.
  package func section<T, E: Error>(_ body: (Section) throws(E) -> T) throws(E) -> T {
    guard let memory, let index = take() else { return try body(Section(mark: nil, box: self)) }
    let mark = memory.mark(index)
    ccrash_take(mark, ccrash_thread())
    defer {
      ccrash_leave(mark)
      free.withLock { $0.append(index) }
    }
    return try body(Section(mark: mark, box: self))
  }

  /// Marks one piece of work.
  package func work<T, E: Error>(
    on kind: WorkKind, _ key: Int64 = 0, count: Int = 1, _ body: () throws(E) -> T
  ) throws(E) -> T {
    try section { (section) throws(E) in
      section.now(on: kind, key, count: count)
      return try body()
    }
  }

  package func work<T, E: Error>(
    on kind: WorkKind, id: String, count: Int = 1, _ body: () throws(E) -> T
  ) throws(E) -> T {
    try section { (section) throws(E) in
      section.now(on: kind, id: id, count: count)
      return try body()
    }
  }

  /// Marks the reading of the body of a request. Costs nothing by its length: only a trap digests it.
  package func work<T, E: Error>(onBody bytes: [UInt8], _ body: () throws(E) -> T) throws(E) -> T {
    try section { (section) throws(E) in
      guard let mark = section.mark else { return try body() }
      // `rethrows` of the buffer would lose the type of the error.
      let result: Result<T, E> = bytes.withUnsafeBufferPointer { buffer in
        ccrash_set_bytes(mark, buffer.baseAddress, UInt64(buffer.count))
        section.now(on: .request)
        defer { ccrash_set_bytes(mark, nil, 0) }
        do throws(E) { return .success(try body()) } catch { return .failure(error) }
      }
      return try result.get()
    }
  }

  /// The id of a request with this body.
  package static func digest(_ bytes: [UInt8]) -> String {
    bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return digestText(0, 0) }
      return digestText(ccrash_digest(base, UInt64(buffer.count)), UInt64(buffer.count))
    }
  }

  // MARK: - Marks of a task

  /// Marks work that goes from thread to thread, until `letGo`. `nil` when there is no room for one more, which is then
  /// not marked.
  package func hold(_ kind: WorkKind, _ key: Int64) -> Held? {
    // Half of the room is kept for threads.
    guard let memory, let index = take(leaving: Self.marks / 2) else { return nil }
    ccrash_take(memory.mark(index), 0)
    ccrash_set(memory.mark(index), kind.number, key, 1, 0, nextOrder())
    return Held(index: index)
  }

  package struct Held: Sendable {
    fileprivate let index: Int
  }

  package func letGo(_ held: Held?) {
    guard let memory, let held else { return }
    ccrash_leave(memory.mark(held.index))
    free.withLock { $0.append(held.index) }
  }

  /// How many marks are lent at the moment.
  package var marksInUse: Int { memory == nil ? 0 : free.withLock { Self.marks - $0.count } }

  private func take(leaving rest: Int = 0) -> Int? {
    free.withLock { $0.count > rest ? $0.removeLast() : nil }
  }

  fileprivate func nextOrder() -> UInt64 { order.add(1, ordering: .relaxed).newValue }

  // MARK: - What is left

  private static func read(_ memory: Memory) -> CrashReport? {
    let bytes = UnsafeRawBufferPointer(start: memory.base, count: magic.count)
    let page = memory.base.assumingMemoryBound(to: ccrash_page.self)
    guard bytes.elementsEqual(magic), let signal = name(of: Int32(bitPattern: page.pointee.signal)) else {
      return nil
    }
    let thread = page.pointee.thread
    var report = CrashReport(signal: signal, isFromOutside: thread == 0)
    var last: UInt64 = 0
    for index in 0..<marks {
      let mark = memory.mark(index).pointee
      guard mark.is_taken == 1, let kind = WorkKind(number: mark.kind) else { continue }
      let item = item(mark, kind, text: UnsafeRawPointer(memory.mark(index)) + MemoryLayout<ccrash_mark>.size)
      // A signal from outside, as from the watchdog, means what threads have been busy with for too long.
      if thread == 0 ? mark.thread != 0 : mark.thread == 0 {
        report.atHand.append(CrashReport.Suspicion(item, count: Int(mark.count)))
      } else if thread != 0, mark.thread == thread, mark.order > last {
        last = mark.order
        report.guilty = CrashReport.Suspicion(item, count: Int(mark.count))
      }
    }
    return report
  }

  private static func item(_ mark: ccrash_mark, _ kind: WorkKind, text: UnsafeRawPointer) -> WorkItem {
    if kind == .request { return WorkItem(kind, digestText(mark.digest, mark.length)) }
    let length = min(Int(mark.text_length), textBytes)
    guard length > 0 else { return WorkItem(kind, mark.key) }
    return WorkItem(
      kind, String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self))
  }

  private static func digestText(_ digest: UInt64, _ length: UInt64) -> String {
    let text = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - text.count) + text + "-\(length)"
  }

  private static func name(of signal: Int32) -> String? {
    switch signal {
    case SIGILL: "SIGILL"
    case SIGTRAP: "SIGTRAP"
    case SIGSEGV: "SIGSEGV"
    case SIGBUS: "SIGBUS"
    case SIGFPE: "SIGFPE"
    case SIGABRT: "SIGABRT"
    default: nil
    }
  }
}
