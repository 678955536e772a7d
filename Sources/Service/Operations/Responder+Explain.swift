internal import Decisioning
internal import Domain
internal import Operations
internal import Platform
internal import Store

extension Responder {
  func explain(_ request: ExplainRequest) async throws -> ExplainAnswer {
    let only = request.trigger
    let shop = shop.current
    let now = now()
    guard let customer = try await store.read({ try $0.customer(id: request.customer) }) else {
      throw shop.program.triggers[TriggerID(request.customer)] == nil
        ? OperationError.unknownCustomer(request.customer)
        : .misplaced(name: request.customer, kind: "trigger", order: "explain CUSTOMER \(request.customer)")
    }
    if let only, shop.program.triggers[only] == nil, shop.triggers[only] == nil { throw unknown(only) }
    let (facts, messages, setAside, leftOut, leftOutMessages) = try await store.read { tx in
      let facts = try ExplanationFacts.load(tx, customer, shop, now)
      let isCut = facts.decisions.count >= Transaction.newestDecisions
      let messages = try tx.messages(of: customer.key)
      let cutsMessages = messages.count >= Transaction.newestMessages
      return (
        facts, messages, try customer.ids.flatMap { try tx.quarantine(of: $0) },
        isCut ? try tx.decisionCount(of: customer.key) - facts.decisions.count : 0,
        cutsMessages ? try tx.messageCount(of: customer.key) - messages.count : 0
      )
    }
    let explanation = quarantine.box.work(on: .command) {
      Explainer.explain(facts, program: shop.program, now: now, only: only)
    }
    let rules = self.shop.snapshot.rules
    let audience =
      only == nil && !rules.program.audience.isEmpty
      ? AudienceExplanation(facts.state, rules, now: now) : nil
    return ExplainAnswer(
      explanation, names: customer.names?.others.map(\.id) ?? [], messages: messages,
      zone: shop.program.zone(of: customer),
      clock: clock?.isDoubted == true ? clockDoubt : nil, quarantine: setAside.map(item),
      leftOutDecisions: leftOut, leftOutMessages: leftOutMessages,
      audience: audience)
  }
}

extension ExplanationFacts {
  static func load(
    _ tx: Transaction, _ customer: Customer, _ shop: Shop, _ now: Instant
  ) throws -> ExplanationFacts {
    let program = shop.program
    let parts = StateParts.everything(eventNames: program.plannedEvents)
    let state = try tx.longState(of: customer, parts: parts, shop)
    let begun =
      state.enrollments.map {
        Facts(enrollment: $0, state: state, catalog: shop.catalog).unlessSince(program)
      }
      .min() ?? now
    return ExplanationFacts(
      state: state, catalog: shop.catalog, decisions: try tx.decisions(of: customer.key),
      enabledAt: shop.triggers.mapValues(\.enabledAt),
      paused: Set(shop.triggers.values.filter { $0.pausedAt != nil }.map(\.id)),
      suppressed: try tx.suppressions(of: [customer], for: program)[customer.key] ?? [:],
      capEntries: try tx.capEntries(of: [customer.key], for: program, now: now)[customer.key] ?? [],
      eventsSince: try tx.events(
        after: [(customer.key, begun)], names: program.exitEvents)[customer.key] ?? [],
      messages: try tx.stepMessages(of: state.enrollments.filter { $0.state == .active }, for: program))
  }
}

extension Transaction {
  /// The customer's state with the complete history, unless that is too long for a real person.
  func longState(of customer: Customer, parts: StateParts, _ shop: Shop) throws -> CustomerState {
    var bounds = StateBounds(
      currency: shop.program.brand.currency,
      triggers: Set(shop.program.triggers.keys).union(shop.triggers.keys), history: .long)
    bounds.countsOrders = shop.program.audience.countsOrders
    return try firstStates(of: [customer], parts: parts, within: bounds).states.first
      ?? CustomerState(customer: customer)
  }
}
