/// The kinds of work that are marked while they are in hand.
package enum WorkKind: String, CaseIterable, Sendable {
  /// An enrollment that is read and decided, by its number.
  case enrollment
  /// A message on its way to its provider, by its number.
  case message
  /// An event that is read or taken in, by its message id.
  case event
  /// The body of a request from which no event could be read yet, by its digest.
  case request
  /// A customer for whom triggers are planned, by the number.
  case customer
  /// Learning how long products last.
  case learning
  /// What an operator asked for: nobody repeats it, and it must not put the blame on another.
  case command

  /// Those that can be set aside.
  package static let setAside = allCases.filter { $0 != .command }

  /// How it stands in a mark; 0 is no kind.
  var number: UInt32 { UInt32(Self.allCases.firstIndex(of: self) ?? 0) + 1 }

  init?(number: UInt32) {
    guard number > 0, Int(number) <= Self.allCases.count else { return nil }
    self = Self.allCases[Int(number) - 1]
  }
}

/// One piece of work, by what makes it the same after a restart: a number, a message id, a digest.
package struct WorkItem: Hashable, Sendable {
  package var kind: WorkKind
  package var id: String

  package init(_ kind: WorkKind, _ id: String) {
    self.kind = kind
    self.id = id
  }

  package init(_ kind: WorkKind, _ key: Int64) { self.init(kind, String(key)) }

  /// As it is marked: too long an id is cut.
  package var marked: WorkItem { WorkItem(kind, WorkItem.cut(id)) }

  /// The longest beginning of `id` that fits into a mark.
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

/// How a process that trapped ended, and what it had in hand.
package struct CrashReport: Equatable, Sendable {
  /// `SIGILL`.
  package var signal: String
  /// What the thread that trapped was about; `nil` when it was about nothing that is marked.
  package var guilty: Suspicion?
  /// What tasks had in hand meanwhile, on whatever thread; after a signal from outside, what threads had.
  package var atHand: [Suspicion]
  /// Whether another process sent the signal, as a watchdog does: nothing in hand has trapped.
  package var isFromOutside: Bool

  package struct Suspicion: Equatable, Sendable {
    package var item: WorkItem
    /// Of how many pieces the item is the first; 1 when it alone was in hand.
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
