/// A cart, stored as its contents after older changes plus the latest changes.
///
/// The same changes in any order of arrival give the same cart, unless one arrives after more than
/// `maximumChanges` later ones (fewer if whole carts of many lines are reported). Of a change later than
/// that, only a clearing counts: it removes what was last changed before it.
package struct Cart: Equatable, Sendable {
  /// The shop's cart or checkout id; a shop without ids has one cart per customer, named `default`.
  package var id: String
  /// The contents after the changes before those in `changes`.
  package private(set) var base: CartContents
  /// The last change included in `base`; `nil` if there is none.
  package private(set) var folded: CartChange.Place?
  /// The latest changes, sorted by `CartChange.precedes`.
  package private(set) var changes: [CartChange]
  /// The link to the cart; `nil` if the shop has given none.
  package var url: String?

  /// Maximum changes kept besides the contents.
  package static let maximumChanges = 32
  /// Maximum lines of these changes together, except the last one.
  package static let maximumLines = 400
  /// Maximum products of a cart; further ones are dropped.
  package static let maximumItems = 200
  /// Maximum size of the products, and likewise of the changes except the last one: some 300 bytes for each
  /// of 200 products.
  package static let maximumBytes = 64 * 1024
  /// Maximum size of a customer's carts together; beyond it too, a new cart replaces old ones.
  package static let maximumBytesTogether = 128 * 1024
  /// Maximum carts of one customer: a new one replaces the one untouched for longest.
  package static let maximumCount = 10

  package init(
    id: String, base: CartContents = CartContents(), folded: CartChange.Place? = nil,
    changes: [CartChange] = [], url: String? = nil
  ) {
    self.id = id
    self.base = base
    self.folded = folded
    self.changes = changes.map(\.limited).sorted { $0.precedes($1) }
    self.url = url
    fold()
  }

  /// Inserts a change at its time. A change with a known id is ignored, except an order found to have been
  /// placed earlier, which moves there.
  package mutating func insert(_ change: CartChange) {
    let change = change.limited
    if case .ordered = change.kind {
      changes.removeAll { $0.id.hasSameBytes(as: change.id) && change.at < $0.at }
    }
    if let folded, !folded.precedes(change.place) {
      base.clear(by: change)
      return
    }
    guard !changes.contains(where: { $0.id.hasSameBytes(as: change.id) }) else { return }
    let position = changes.lastIndex { !change.precedes($0) }.map { $0 + 1 } ?? changes.startIndex
    changes.insert(change, at: position)
    fold()
  }

  /// Merges changes before `limit` into the contents.
  package mutating func fold(before limit: Instant) {
    fold(count: changes.prefix { $0.at < limit }.count)
  }

  /// Merges the changes beyond the maximum.
  private mutating func fold() {
    var count = max(0, changes.count - Self.maximumChanges)
    var lines = changes.dropFirst(count).reduce(0) { $0 + $1.lineCount }
    var bytes = changes.dropFirst(count).dropLast().reduce(0) { $0 + $1.cost }
    while lines > Self.maximumLines || bytes > Self.maximumBytes, count < changes.count - 1 {
      lines -= changes[count].lineCount
      bytes -= changes[count].cost
      count += 1
    }
    fold(count: count)
  }

  private mutating func fold(count: Int) {
    guard count > 0 else { return }
    for change in changes.prefix(count) { base.apply(change) }
    folded = changes[count - 1].place
    changes.removeFirst(count)
  }

  /// The approximate size in bytes.
  package var cost: Int {
    base.items.reduce(url?.utf8.count ?? 0) { $0 + $1.line.cost } + changes.reduce(0) { $0 + $1.cost }
  }

  /// The contents after all changes.
  package var contents: CartContents { contents(with: []) }

  /// The contents with additional changes that clear it.
  package func contents(with clearings: [CartChange]) -> CartContents {
    var contents = base
    var rest = clearings.sorted { $0.precedes($1) }[...]
    while let folded, let first = rest.first, !folded.precedes(first.place) {
      contents.clear(by: first)
      rest.removeFirst()
    }
    for change in changes {
      while let first = rest.first, first.precedes(change) {
        contents.apply(first)
        rest.removeFirst()
      }
      contents.apply(change)
    }
    for clearing in rest { contents.apply(clearing) }
    return contents
  }
}

extension Cart {
  /// Takes over the changes of a cart with the same id that another customer has, who turned out to be the same
  /// person. Of two carts that were both shortened, what is in either stays, unless it was emptied since.
  package mutating func join(_ other: Cart) {
    let isOlder = (contents.changedAt ?? .distantPast) < (other.contents.changedAt ?? .distantPast)
    url = (isOlder ? other.url : nil) ?? url ?? other.url
    var later = other.changes
    switch (folded, other.folded) {
    case (_, nil): break
    case (let mine?, let theirs?) where !mine.precedes(theirs):
      base.join(other.base)
    case (let mine, let theirs?):
      let former = base
      (base, folded) = (other.base, theirs)
      if mine != nil { base.join(former) }
      later = changes
      changes = other.changes
    }
    for change in later { insert(change) }
  }
}
