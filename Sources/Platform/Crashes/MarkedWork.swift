/// The kinds of work that are marked while in progress.
package enum WorkKind: String, CaseIterable, Sendable {
  /// Reading and deciding an enrollment, by its number.
  case enrollment
  /// Sending a message to its provider, by its number.
  case message
  /// Reading or storing an event, by its message id.
  case event
  /// Reading a request's body before its events are known, by its digest.
  case request
  /// Planning triggers for a customer, by the customer's number.
  case customer
  /// Learning how long products last.
  case learning
  /// An operator's request: it is never retried, and only marked so that no other work is blamed.
  case command

  /// The kinds that can be quarantined.
  package static let setAside = allCases.filter { $0 != .command }

  /// The number in a mark; 0 means no kind.
  var number: UInt32 { UInt32(Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  init?(number: UInt32) {
    guard number > 0, Int(number) <= Self.allCases.count else { return nil }
    self = Self.allCases[Int(number) - 1]
  }
}

/// One piece of work, identified across restarts by a number, a message id or a digest.
package struct WorkItem: Hashable, Sendable {
  package var kind: WorkKind
  package var id: String

  package init(_ kind: WorkKind, _ id: String) {
    self.kind = kind
    self.id = id
  }

  package init(_ kind: WorkKind, _ key: Int64) { self.init(kind, String(key)) }

  /// The item as its mark holds it: a long id is cut.
  package var marked: WorkItem { WorkItem(kind, WorkItem.cut(id)) }

  /// The longest prefix of `id` that fits into a mark.
  static func cut(_ id: String) -> String {
    guard id.utf8.count > BlackBox.textBytes else { return id }
    return String(decoding: id.utf8.prefix(BlackBox.textBytes), as: UTF8.self)
  }

  package static func == (a: WorkItem, b: WorkItem) -> Bool {
    a.kind == b.kind && a.id.utf8.elementsEqual(b.id.utf8)
  }

  package func hash(into hasher: inout Hasher) {
    hasher.combine(kind)
    for byte in id.utf8 { hasher.combine(byte) }
  }
}

/// How a process that trapped ended, and what was in progress.
package struct CrashReport: Equatable, Sendable {
  /// Such as `SIGILL`.
  package var signal: String
  /// The work of the thread that trapped; `nil` if it had no mark.
  package var guilty: Suspicion?
  /// The marked work of tasks, on any thread; after a signal from outside, the marked work of threads.
  package var atHand: [Suspicion]
  /// Whether another process, such as a watchdog, sent the signal: then no work trapped.
  package var isFromOutside: Bool

  package struct Suspicion: Equatable, Sendable {
    package var item: WorkItem
    /// The size of the batch that starts with the item; 1 if it was alone.
    package var count: Int

    package init(_ item: WorkItem, count: Int = 1) {
      self.item = item
      self.count = count
    }
  }

  package init(
    signal: String, guilty: Suspicion? = nil, atHand: [Suspicion] = [], isFromOutside: Bool = false
  ) {
    self.isFromOutside = isFromOutside
    self.signal = signal
    self.guilty = guilty
    self.atHand = atHand
  }
}
