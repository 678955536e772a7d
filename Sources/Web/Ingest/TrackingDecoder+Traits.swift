internal import Domain

extension TrackingDecoder {
  /// The traits of an identify call: those of `traits`, completed from `context.traits`.
  func traits(
    _ object: JSONObject, _ envelope: inout EventEnvelope
  ) throws(EventProblem) -> CustomerTraits {
    var traits = try Self.object(object, "traits")
    let context = try Self.object(object, "context")
    if case .object(let more)? = context["traits"] {
      try TraitReader.measure(traits, "traits", limits)
      try TraitReader.measure(more, "context.traits", limits)
      if traits.isEmpty {
        traits = more
      } else {
        for member in more.members where traits[member.key] == nil { traits[member.key] = member.value }
      }
    }
    var reader = TraitReader(self, receivedAt: envelope.receivedAt)
    try reader.read(traits)
    reader.readDevice(context)
    envelope.problems += reader.problems
    return reader.traits
  }

  /// The `context.traits` of any other call; `nil` if they hold nothing. A bad trait is omitted and does not
  /// affect the call.
  func contextTraits(_ object: JSONObject, _ envelope: inout EventEnvelope) -> CustomerTraits? {
    guard case .object(let context)? = object["context"], let value = context["traits"], !value.isNull else {
      return nil
    }
    let place = "context.traits"
    guard case .object(let members) = value else {
      envelope.problems.append(
        EventProblem(
          field: place, reason: "a JSON \(value.typeName); send an object", isEventKept: true))
      return nil
    }
    guard !members.isEmpty else { return nil }
    var reader = TraitReader(self, place: place, receivedAt: envelope.receivedAt)
    do throws(EventProblem) {
      try reader.read(members)
    } catch {
      let withdrawals = reader.traits.withdrawals
      let problem = EventProblem(field: error.field, reason: error.reason, isEventKept: true)
      envelope.problems.append(withdrawals == nil ? problem : problem.keepingWithdrawal)
      return withdrawals
    }
    envelope.problems += reader.problems
    return reader.traits
  }
}
