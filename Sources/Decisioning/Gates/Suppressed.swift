import Domain

extension GateRule {
  /// Holds where the customer's address on the channel is suppressed, for service messages too.
  static let suppressed = GateRule(.suppressed) { question in
    question.facts.suppressed.contains(question.channel) ? .skip(.suppressed, Record()) : .pass()
  }
}
