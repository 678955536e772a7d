/// A cart, kept as what older changes have made of it and the last changes themselves.
///
/// The same changes in any order of arrival give the same cart, as long as none arrives behind more than
/// `maximumChanges` later ones (fewer where whole carts of many lines are told). Of a change that comes later than that
/// only a clearing counts: it takes out what was last changed before it.
package struct Cart: Equatable, Sendable {
  /// The shop's cart or checkout id; customers of shops without one have a single cart named `default`.
  package var id: String
  /// What the changes before those of `changes` have left.
  package private(set) var base: CartContents
  /// The last change that `base` holds; `nil` when it holds none.
  package private(set) var folded: CartChange.Place?
  /// The last ones, ordered by `CartChange.precedes`.
  package private(set) var changes: [CartChange]
  /// Where the customer finds the cart again; `nil` if the shop never said.
  package var url: String?

  /// Changes that are kept beside the contents.
  package static let maximumChanges = 32
  /// Lines that these changes hold together, but for the last one.
  package static let maximumLines = 400
  /// Products of a cart; further ones are left out.
  package static let maximumItems = 200
  /// What the products of a cart take, and again the changes but for the last one: of 200 products some 300 bytes each.
  package static let maximumBytes = 64 * 1024
  /// What all carts of a customer take; then too a new one takes the place of others.
  package static let maximumBytesTogether = 128 * 1024
  /// Carts of one customer: a new one takes the place of the one that lay untouched for longest.
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

  /// Adds a change at its place in time. A change with an id already present is ignored, but for an order that turns
  /// out to have been placed earlier: then it moves there.
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

  /// Moves changes from before `limit` into the contents.
  package mutating func fold(before limit: Instant) {
    fold(count: changes.prefix { $0.at < limit }.count)
  }

  /// The same with those beyond what is kept.
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

  /// Bytes that it takes, more or less.
  package var cost: Int {
    base.items.reduce(url?.utf8.count ?? 0) { $0 + $1.line.cost } + changes.reduce(0) { $0 + $1.cost }
  }

  /// The cart as its changes leave it.
  package var contents: CartContents { contents(with: []) }

  /// The same with further changes, which clear it.
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
