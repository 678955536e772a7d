internal import Domain

extension DecodedEvents {
  /// Reports refused statements about ids. The event itself is kept if its call had both ids.
  mutating func note(_ refused: [Int: NameVerdict.Refusal]) {
    for (place, refusal) in refused.sorted(by: { $0.key < $1.key }) {
      let statement = names[place]
      problems.append(
        EventProblem(
          index: namePositions[place], field: statement.kind == .alias ? "previousId" : "anonymousId",
          reason: refusal.reason, isEventKept: statement.kind == .visitor))
    }
  }

  /// The number of `alias` calls that took effect.
  func aliasesTaken(but refused: [Int: NameVerdict.Refusal]) -> Int {
    names.indices.count { names[$0].kind == .alias && refused[$0] == nil }
  }
}

extension NameVerdict.Refusal {
  fileprivate var reason: String {
    switch self {
    case .cycle:
      "the customer goes by this id, and the userId is an earlier one; alias names the earlier id first"
    case .ofAnother:
      "a visitor who is another user already; to join two users, give the id of one as previousId"
    case .tooMany:
      "the customer has \(CustomerNames.maximum) ids already and gets no more; does one id stand for many people?"
    }
  }
}
