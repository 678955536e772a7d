/// A statement of the shop that two ids are one person's.
package struct NameStatement: Equatable, Sendable {
  package enum Kind: String, Sendable, CaseIterable {
    /// A call with both a `userId` and an `anonymousId`: the visitor is the user.
    case visitor
    /// An `alias` call: what was known under the `previousId`, a user's or a visitor's, is the user's.
    case alias
  }

  package var kind: Kind
  /// The `anonymousId` or `previousId`, as sent.
  package var name: String
  /// The `userId`.
  package var customerID: String
  package var at: Instant
  /// Of the call.
  package var messageID: String

  package init(_ kind: Kind, _ name: String, of customerID: String, at: Instant, messageID: String) {
    self.kind = kind
    self.name = name
    self.customerID = customerID
    self.at = at
    self.messageID = messageID
  }

  /// The customer ids that `name` may stand for. The `previousId` of an alias does not say whether it is a
  /// user's or a visitor's, so it is both, whichever comes first.
  package var names: [String] {
    switch kind {
    case .visitor: [Visitor.id(of: name)]
    case .alias: [name, Visitor.id(of: name)]
    }
  }
}

/// What follows from a `NameStatement`, given whom its ids stand for.
package struct NameVerdict: Equatable, Sendable {
  /// Why customers are not joined.
  package enum Refusal: String, Sendable, CaseIterable {
    /// The user is already known as another name of the previous id's customer.
    case cycle
    /// The visitor is another user already, as in a browser that two people use.
    case ofAnother = "of_another"
    /// The customer would have more than `CustomerNames.maximum` names.
    case tooMany = "too_many"
  }

  /// Known customers to join to the user.
  package var joined: [Customer] = []
  /// Ids that nobody has yet.
  package var added: [String] = []
  package var refusal: Refusal?

  /// Whether it is all true already, or refused.
  package var changesNothing: Bool { joined.isEmpty && added.isEmpty }

  /// - Parameters:
  ///   - user: the customer known by `customerID`; `nil` for a new one.
  ///   - holders: the customers known by `statement.names`, in order; `nil` where there is none.
  package init(_ statement: NameStatement, user: Customer?, holders: [Customer?]) {
    for (name, holder) in zip(statement.names, holders) {
      guard let holder else {
        added.append(name)
        continue
      }
      if let user, holder.id.hasSameBytes(as: user.id) {
        // The user's own id as the previous one of another name of theirs.
        guard holder.id.hasSameBytes(as: name), !Visitor.isVisitor(name) else { continue }
        refuse(.cycle)
        return
      }
      // Of two users only an alias that names one of them as a user says that they are one.
      if joined.contains(where: { $0.id.hasSameBytes(as: holder.id) }) { continue }
      if holder.isVisitor || !Visitor.isVisitor(name) {
        joined.append(holder)
      } else if !(statement.kind == .alias && holders[0] != nil) {
        refuse(.ofAnother)
        return
      }
    }
    if changesNothing { return }
    let all = (user?.ids ?? [statement.customerID]) + joined.flatMap(\.ids) + added
    if Set(all.map { ExactText(Visitor.given($0)) }).count > CustomerNames.maximum { refuse(.tooMany) }
  }

  private mutating func refuse(_ reason: Refusal) {
    refusal = reason
    joined = []
    added = []
  }
}
