internal import Domain

/// Accepts a withdrawal of consent even from a refused event: the sender believes that it was heard and will not
/// repeat it.
extension TrackingDecoder {
  /// The withdrawal in a refused call; `nil` if there is none or the customer is unknown.
  ///
  /// Takes effect at the time of receipt if the call's own time is unusable.
  func withdrawal(
    _ object: JSONObject, _ call: TrackingCall, sentAt: Instant?, receivedAt: Instant, index: Int?
  ) -> IncomingEvent? {
    guard let customerID = try? customerID(object) else { return nil }
    let time =
      (try? time(object, sentAt: sentAt, receivedAt: receivedAt)) ?? EventTime(at: receivedAt, sent: nil)
    var content = object
    if (try? messageID(object, call, at: time, index: index)) == nil { content["messageId"] = nil }
    guard let id = try? messageID(content, call, at: time, index: index) else { return nil }
    let envelope = EventEnvelope(messageID: id, at: time.at, receivedAt: receivedAt)
    let (name, effect) = word(object, call) ?? (.customerIdentified, .none)
    var event = IncomingEvent(
      customerID: customerID, event: envelope.event(effect.isNone ? .customerIdentified : name),
      effect: effect)
    let flags = flags(object, call, receivedAt: receivedAt)
    if effect.isNone { event.effect = .identify(flags) } else { event.traits = flags }
    return event.withdrawal
  }

  /// The customer's own withdrawal.
  private func word(_ object: JSONObject, _ call: TrackingCall) -> (EventName, EventEffect)? {
    guard call == .track, case .string(let spelled)? = object["event"],
      let (name, meaning) = try? CommerceVocabulary.resolve(spelled)
    else { return nil }
    guard case .consent(.withdrawn, let kind) = meaning,
      let word = try? consent(.withdrawn, kind, object["properties"]?["channel"])
    else { return nil }
    return (name, word.effect)
  }

  /// The consent flags in the call's `traits` and `context.traits`.
  private func flags(
    _ object: JSONObject, _ call: TrackingCall, receivedAt: Instant
  ) -> CustomerTraits {
    var flags = CustomerTraits()
    let places = [call == .identify ? object["traits"] : nil, object["context"]?["traits"]]
    for case .object(let traits)? in places {
      guard let consent = traits["consent"] else { continue }
      var reader = TraitReader(self, receivedAt: receivedAt)
      reader.readConsent(consent)
      flags.consent.merge(reader.traits.consent) { $0 == .withdrawn ? $0 : $1 }
    }
    return flags
  }
}

extension EventProblem {
  /// The same problem, with a note that a withdrawal in the event was recorded.
  var keepingWithdrawal: EventProblem {
    EventProblem(
      index: index, field: field, reason: "\(reason); the withdrawal of consent in it was taken",
      isEventKept: true)
  }
}
