internal import Decisioning
internal import Domain
internal import Platform

extension Logger {
  /// Logs a decision: who gets what and why (`why`), or which `gate` holds it, with the values it saw
  /// (`because`).
  func decision(
    _ decision: Decision, step: StepID, settlement: Settlement, isNew: Bool?, customer: Customer?
  ) {
    let trigger = settlement.enrollment.trigger.rawValue
    let id = customer?.id ?? "?"
    switch decision.verdict {
    case .send(let channel, let content):
      if isNew == false {
        warning(
          "message_known_already",
          ["trigger": trigger, "step": step.rawValue, "customer": id, "channel": channel.rawValue])
      } else {
        info(
          "message_queued",
          [
            "trigger": trigger, "step": step.rawValue, "customer": id, "channel": channel.rawValue,
            "to": Redaction.address(content.to), "why": settlement.enrollment.reasonText,
          ])
      }
    case .defer(let until, let gate):
      info(
        "message_deferred",
        [
          "trigger": trigger, "step": step.rawValue, "customer": id, "gate": gate.rawValue,
          "until": until.iso8601, "why": settlement.enrollment.reasonText, "because": decision.becauseText,
        ])
    case .skip(let gate, _), .withhold(let gate):
      info(
        decision.verdict.kind == .withhold ? "message_withheld" : "message_skipped",
        [
          "trigger": trigger, "step": step.rawValue, "customer": id, "gate": gate.rawValue,
          "why": settlement.enrollment.reasonText, "because": decision.becauseText,
        ])
    }
  }
}

extension Enrollment {
  /// The enrollment's reason for a log line: `order o-17`, `cart c-4`.
  package var reasonText: String { "\(aboutText), fired \(firesAt.iso8601)" }

  /// The subject alone.
  package var aboutText: String {
    switch subject {
    case .customer: "customer"
    case .order(let id): "order \(id)"
    case .cart(let id): "cart \(id)"
    case .products(let products): "runs out: \(products.map(\.sku).joined(separator: ", "))"
    case .anniversary(let year): "anniversary of \(year)"
    case .event(let id): "event \(id)"
    }
  }
}

extension Decision {
  /// The values of the gate that held the message: `limit=1 window=16h`; `nil` if it has none.
  var becauseText: String? {
    guard let entry = trace.last(where: { !$0.passed }), !entry.values.isEmpty else { return nil }
    return entry.values.entries.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ")
  }
}

extension Value {
  /// The value for display in a line of text.
  package var plainText: String {
    switch self {
    case .null: "none"
    case .bool(let value): value ? "yes" : "no"
    case .integer(let value): String(value)
    case .number(let value): String(value)
    case .string(let value): value
    case .instant(let value): value.iso8601
    case .money(let value): "\(value.majorUnits) \(value.currency.code)"
    case .array(let values): values.map(\.plainText).joined(separator: ", ")
    case .object(let record): record.entries.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ")
    }
  }
}
