/// HTTP requests waiting for a slot, and how many slots each sender has.
///
/// Senders take turns; each sender's requests keep their order. A sender gets another slot only if more slots are free
/// than it holds: one sender with a hanging peer leaves half of all slots to the others, two leave a third, and so on.
struct HTTPQueue {
  struct Entry {
    let id: TransferID
    let transfer: HTTPTransfer
    let completion: @Sendable (HTTPTransferResult) -> Void
  }

  private struct Sender {
    var waiting: [Entry] = []
    var running = 0
  }

  private let places: Int
  private var running = 0
  private var senders: [TransferID?: Sender] = [:]
  /// Senders with waiting requests, next one first.
  private var turns: [TransferID?] = []

  init(places: Int) { self.places = places }

  var isEmpty: Bool { turns.isEmpty }

  mutating func add(_ entry: Entry) {
    let name = entry.transfer.sender
    if senders[name, default: Sender()].waiting.isEmpty { turns.append(name) }
    senders[name, default: Sender()].waiting.append(entry)
  }

  /// Returns the next request that may start. It occupies its slot until `end`.
  mutating func next() -> Entry? {
    let free = places - running
    guard let turn = turns.firstIndex(where: { senders[$0].map { $0.running < free } ?? false }) else {
      return nil
    }
    let name = turns.remove(at: turn)
    guard let entry = senders[name]?.waiting.removeFirst() else { return nil }
    senders[name]?.running += 1
    running += 1
    if senders[name]?.waiting.isEmpty == false { turns.append(name) }
    return entry
  }

  /// Releases the slot of one of the sender's requests.
  mutating func end(_ name: TransferID?) {
    running -= 1
    senders[name]?.running -= 1
    forgetIfUnused(name)
  }

  /// Removes a request that has not started.
  mutating func remove(_ id: TransferID) -> Entry? {
    for (name, sender) in senders {
      guard let index = sender.waiting.firstIndex(where: { $0.id == id }) else { continue }
      let entry = senders[name]?.waiting.remove(at: index)
      if sender.waiting.count == 1 { turns.removeAll { $0 == name } }
      forgetIfUnused(name)
      return entry
    }
    return nil
  }

  mutating func removeAll() -> [Entry] {
    var entries: [Entry] = []
    for name in turns {
      entries += senders[name]?.waiting ?? []
      senders[name]?.waiting = []
      forgetIfUnused(name)
    }
    turns = []
    return entries
  }

  private mutating func forgetIfUnused(_ name: TransferID?) {
    if let sender = senders[name], sender.running == 0, sender.waiting.isEmpty { senders[name] = nil }
  }
}
