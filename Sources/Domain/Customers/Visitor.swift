/// A visitor whom the shop does not know: a browser or device with an `anonymousId` and nobody logged in.
///
/// Visitors are customers with an id of their own kind, so that it is never taken for one of the shop's. It is
/// what operators, files and links call them.
package enum Visitor {
  /// What a visitor's id begins with; no id that a shop gives may.
  package static let prefix = "anonymous:"

  /// The customer id of the visitor with this `anonymousId`.
  package static func id(of anonymousID: String) -> String { prefix + anonymousID }

  /// Whether a customer id is a visitor's.
  package static func isVisitor(_ id: String) -> Bool { id.utf8.starts(with: prefix.utf8) }

  /// What the sender called the visitor; any other id unchanged.
  static func given(_ id: String) -> String {
    isVisitor(id) ? String(decoding: id.utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : id
  }
}
