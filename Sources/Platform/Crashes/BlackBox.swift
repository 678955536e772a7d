internal import CTraps
internal import Glibc
internal import Synchronization

/// Records the work in progress in a file mapped into memory, and reports whether the previous process ended
/// by a trap.
///
/// Work on data from outside, which might trap, is marked before it begins and unmarked afterwards. A mark is a few
/// stores into memory, without a system call. On a trap, a signal handler adds the signal's number; the kernel keeps
/// the page, and the next process reads from it what was in progress. After SIGKILL the signal's number is missing,
/// and after a power loss the whole page is: neither counts as a trap.
///
/// Thread-safe. A process has at most one open box.
package final class BlackBox: Sendable {
  /// Marks nothing; `report` is `nil`.
  package static let none = BlackBox()

  /// Maximum bytes of an id in a mark; longer ids are cut.
  package static let textBytes = Int(ccrash_text_bytes)
  private static let marks = 256
  private static let size = Int(ccrash_page_bytes) + marks * Int(ccrash_mark_bytes)
  private static let magic: [UInt8] = Array("REPRISE1".utf8)

  /// How the previous process ended; `nil` unless it was a trap.
  package let report: CrashReport?

  private struct Memory: @unchecked Sendable {
    // Stays mapped until the process ends. A mark belongs to whoever took its number from `free`.
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

  /// Opens or creates the file, and starts to watch for traps. The previous process's marks stay in it until
  /// `begin`.
  package init(path: String) throws(FileError) {
    let file = try Files.openKept(path)
    var status = stat()
    guard fstat(file.raw, &status) == 0 else { throw FileError(path, errno, "open") }
    if Int(status.st_size) != Self.size, ftruncate(file.raw, 0) != 0 { throw FileError(path, errno, "write") }
    // Allocate the blocks now: on a full disk, a store into a hole would itself trap.
    let code = posix_fallocate(file.raw, 0, off_t(Self.size))
    guard code == 0 else { throw FileError(path, code, "write") }
    guard let base = ccrash_map(file.raw, Self.size) else { throw FileError(path, errno, "map") }
    let memory = Memory(base: base)
    self.memory = memory
    report = Self.read(memory)
    // Reversed, so that the marks in use are adjacent.
    free = Mutex(Array((0..<Self.marks).reversed()))
  }

  /// Clears the previous process's marks and starts marking. Call once, before any work.
  package func begin() throws(SystemError) {
    guard let memory else { return }
    memset(memory.base, 0, Self.size)
    memory.base.copyMemory(from: Self.magic, byteCount: Self.magic.count)
    let code = ccrash_watch(memory.base, UInt32(Self.marks))
    guard code == 0 else { throw SystemError("watch for traps", code: code) }
  }

  // MARK: - Marks of a thread

  /// A mark that a thread moves from one piece of work to the next. Must not leave its thread.
  package struct Section {
    fileprivate let mark: UnsafeMutablePointer<ccrash_mark>?
    fileprivate let box: BlackBox

    /// Replaces the work marked so far by this.
    package func now(on kind: WorkKind, _ key: Int64 = 0, count: Int = 1) {
      guard let mark else { return }
      ccrash_set(mark, kind.number, key, UInt32(clamping: count), 0, box.nextOrder())
    }

    /// Marks nothing in this section for now; enclosing sections keep their marks.
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

  /// Lends a mark to `body` on this thread. Sections may be nested; the innermost counts.
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

  /// Marks the reading of a request's body. Constant time: the body is only digested after a trap.
  package func work<T, E: Error>(onBody bytes: [UInt8], _ body: () throws(E) -> T) throws(E) -> T {
    try section { (section) throws(E) in
      guard let mark = section.mark else { return try body() }
      // `rethrows` would lose the error's type.
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

  /// Marks work that moves between threads, until `letGo`. Returns `nil` if all such marks are taken; the
  /// work is then not marked.
  package func hold(_ kind: WorkKind, _ key: Int64) -> Held? {
    // The other half of the marks is reserved for threads.
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

  /// The number of marks in use.
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
      // A signal from outside, such as the watchdog's, implicates threads: one of them was busy for too long.
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
