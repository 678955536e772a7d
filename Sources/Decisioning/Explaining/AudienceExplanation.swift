package import Domain
internal import Templates

/// The segments and measures of one customer, with their conditions and values.
package struct AudienceExplanation: Equatable, Sendable {
  package struct Segment: Equatable, Sendable {
    package var id: SegmentID
    package var membership: Membership
    package var conditions: [Condition]
  }

  package struct Condition: Equatable, Sendable {
    /// In the words of a configuration file, on one line.
    package var text: String
    package var holds: Bool
    package var found: String?
  }

  package struct Measure: Equatable, Sendable {
    package var name: String
    package var value: Value
    package var nextChange: Instant?
  }

  package var segments: [Segment]
  package var measures: [Measure]

  /// - Parameters:
  ///   - state: with memberships, tallies and everything that segments read.
  ///   - now: changes that have become due by then but were not evaluated yet are evaluated first.
  package init(_ known: CustomerState, _ rules: PlanningRules, now: Instant) {
    var state = known
    _ = AudienceUpdate(rules).advance(&state, to: now)
    let (program, catalog) = (rules.program, rules.catalog)
    let scope = AudienceScope(program: program, catalog: catalog, state: state, now: now)
    var customer: Value?
    var found: [Segment] = []
    for rule in program.audience.rules {
      let segment = rule.segment
      var conditions: [Condition] = []
      for leaf in segment.who.leaves {
        conditions.append(
          Condition(
            text: leaf.written, holds: scope.finding(leaf, &customer).holds,
            found: scope.found(by: leaf, &customer)))
      }
      found.append(
        Segment(id: segment.id, membership: state.memberships[segment.id] ?? .none, conditions: conditions))
    }
    segments = found.sorted { $0.id < $1.id }
    measures = program.audience.measures.map { measure in
      let (value, next) = measure.value(in: scope)
      return Measure(name: measure.name, value: value, nextChange: next)
    }
  }
}

extension AudienceScope {
  /// What the customer has that a condition asks about; `nil` if there is nothing to show.
  fileprivate func found(by leaf: Criterion, _ customer: inout Value?) -> String? {
    switch leaf {
    case .events(let rule, _, let window):
      let entries = state.tallies[rule.id]?.entries ?? []
      return "\(entries.count { window.holds($0.at, at: now) })"
    case .orders(let filter, _, let window): return "\(orders(filter, in: window).counted.count)"
    case .segment(let id, _): return state.memberships[id]?.isMember == true ? "in it" : "not in it"
    case .condition(let condition), .has(let condition):
      let values = condition.values(context(&customer)).map { name, value in
        "\(name) is \(AudienceTrace.shown(value, of: name).shortText)"
      }
      return values.isEmpty ? nil : values.joined(separator: ", ")
    case .all, .any, .not: return nil
    }
  }
}

extension Value {
  /// For people, on one line.
  package var shortText: String {
    switch self {
    case .null: "missing"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number):
      number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    case .string(let text): "'\(text)'"
    case .instant(let instant): instant.iso8601
    case .money(let money):
      "\(DecimalText.grouped(money.minorUnits / money.currency.minorUnitsPerMajor)) \(money.currency.code)"
    case .array(let items): "\(items.count) entries"
    case .object(let record): "\(record.count) fields"
    }
  }
}

extension Criterion {
  /// A single condition, without nested ones, as it could be written in a file.
  fileprivate var written: String {
    func bounded(_ bounds: CountBounds, _ window: TimeWindow) -> String {
      var words: [String] = []
      if bounds.atLeast > 0 { words.append("at_least: \(bounds.atLeast)") }
      if let most = bounds.atMost { words.append("at_most: \(most)") }
      switch window {
      case .ever: break
      case .within(let duration): words.append("within: \(duration.writtenInDays)")
      case .since(let instant): words.append("since: \(instant.iso8601)")
      }
      return words.map { ", \($0)" }.joined()
    }
    switch self {
    case .condition(let condition): return condition.text
    case .has(let condition):
      return "has \(String(decoding: condition.text.utf8.drop { $0 == 0x20 }, as: UTF8.self))"
    case .events(let rule, let bounds, let window):
      switch rule.source {
      case .event(let name, let condition):
        let filter = condition.map { ", where: \"\($0.text)\"" } ?? ""
        return "{event: \(name)\(bounded(bounds, window))\(filter)}"
      case .message(let trigger, let mark):
        return "{message: {trigger: \(trigger), was: \(mark.rawValue)}\(bounded(bounds, window))}"
      }
    case .orders(let filter, let bounds, let window):
      if !filter.products.isEmpty {
        let shown = filter.products.prefix(3).map(\.text).joined(separator: ", ")
        return "{bought: [\(shown)\(filter.products.count > 3 ? ", ..." : "")]\(bounded(bounds, window))}"
      }
      let condition = filter.condition.map { ", where: \"\($0.text)\"" } ?? ""
      let words = (bounded(bounds, window) + condition).utf8.drop { $0 == 0x2C || $0 == 0x20 }
      return "{orders: {\(String(decoding: words, as: UTF8.self))}}"
    case .segment(let id, let isMember): return "{segment: \(id)\(isMember ? "" : ", is: false")}"
    case .all, .any, .not: return text
    }
  }
}
