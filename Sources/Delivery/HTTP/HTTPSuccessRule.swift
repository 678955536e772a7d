package import Configuration
package import Domain

/// Which responses mean that the message was accepted, and what the others mean.
package struct HTTPSuccessRule: Sendable {
  /// Statuses that may be a success.
  package var statuses: Set<Int>
  /// The location of the provider's own code in a JSON response.
  package var code: JSONPath?
  /// Codes that mean success; if empty, the status suffices.
  package var accepted: Set<ExactText>
  /// Codes with a specific meaning.
  package var outcomes: [ExactText: OutcomeClass]

  package init(
    statuses: Set<Int> = Set(200...299), code: JSONPath? = nil, accepted: Set<ExactText> = [],
    outcomes: [ExactText: OutcomeClass] = [:]
  ) {
    self.statuses = statuses
    self.code = code
    self.accepted = accepted
    self.outcomes = outcomes
  }

  /// Whether the status alone is not enough.
  var needsBody: Bool { code != nil && !accepted.isEmpty }

  package static let shape = Shape<HTTPSuccessRule>.mapping(
    "success",
    .optional(
      "status", .oneOrMany(.integer(200...299, example: 200)), "Statuses of a success; any 2xx without it."),
    .optional("path", .jsonPath, "Where the provider's own code stands in its JSON answer."),
    .optional("equals", .oneOrMany(.text(example: "OK")), "The codes that mean success."),
    codes("bad_address", "no such address: it is suppressed", example: "INVALID_NUMBER"),
    codes("permanent", "this message will never be taken", example: "TEXT_TOO_LONG"),
    codes("temporary", "try again later", example: "TRY_LATER"),
    codes("throttled", "slow down", example: "TOO_MANY_REQUESTS"),
    codes(
      "configuration_fault", "sign-in, balance or sender refused: the channel stops",
      example: "NO_BALANCE")
  ) { status, path, equals, badAddress, permanent, temporary, throttled, configuration in
    var outcomes: [ExactText: OutcomeClass] = [:]
    for (codes, outcome) in [
      (badAddress, OutcomeClass.badAddress), (permanent, .permanent), (temporary, .temporary),
      (throttled, .throttled), (configuration, .configurationFault),
    ] {
      for code in codes ?? [] { outcomes[code] = outcome }
    }
    return HTTPSuccessRule(
      statuses: status.map(Set.init) ?? Set(200...299), code: path, accepted: Set(texts: equals ?? []),
      outcomes: outcomes)
  }

  private static func codes(_ name: String, _ meaning: String, example: String) -> Field<[String]?> {
    .optional(name, .oneOrMany(.text(example: example)), "Codes that mean: \(meaning).")
  }
}
