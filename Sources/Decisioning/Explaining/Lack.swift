/// What a customer would need for a trigger to fire. Shared ones are here; a kind of trigger may have its
/// own.
package struct Lack: Hashable, Sendable {
  /// For programs.
  package let word: String
  /// For people: a clause.
  package let text: String

  package init(_ word: String, _ text: String) {
    self.word = word
    self.text = text
  }

  package static let order = Lack("order", "no order of this customer stands")
  package static let event = Lack("event", "no such event of this customer is known")
  /// Orders or events of the trigger's name are known, but none meets `where`.
  package static let match = Lack(
    "match", "what is known of this customer does not meet the trigger's 'where'")
  package static let cart = Lack("cart", "nothing is in a cart of this customer")
  package static let cycle = Lack(
    "cycle",
    "it is not known how long what this customer bought lasts; cycle_days of a product tells it (reprise import products)"
  )
  package static let birthday = Lack("birthday", "no birthday of this customer is known")
  package static let joinedAt = Lack("joined_at", "it is not known when this customer joined")
}
