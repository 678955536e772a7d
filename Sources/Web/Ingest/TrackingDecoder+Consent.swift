internal import Domain

/// Determines the channels that a consent event is about.
extension TrackingDecoder {
  /// Decodes the customer's own statement. A grant must name its channel; a withdrawal without one covers all
  /// channels.
  ///
  /// - Parameters:
  ///   - kind: the kind of channel implied by the event's name.
  ///   - channel: the property of that name.
  func consent(
    _ state: ConsentState, _ kind: AddressKind?, _ channel: JSON?
  ) throws(EventProblem) -> (effect: EventEffect, problem: EventProblem?) {
    let text = kind?.spelling ?? Self.text(of: channel)
    switch state {
    case .granted:
      let named = text.map { ChannelName.named($0, among: channels) } ?? []
      let granted = named.isEmpty ? [text.flatMap { ChannelName(spelled: $0) }].compactMap(\.self) : named
      if !granted.isEmpty {
        let unheard = granted.first { $0.isUnheard(among: channels) }
        let problem = unheard.map {
          EventProblem(field: "properties.channel", reason: $0.tellUnheard(channels.keys), isEventKept: true)
        }
        return (.consent(granted, .granted), problem)
      }
    case .withdrawn:
      let (withdrawn, isForWantOfName) = ChannelName.withdrawn(text, among: channels)
      if !withdrawn.isEmpty {
        let problem = isForWantOfName ? withdrawnEverywhere("properties.channel") : nil
        return (.consent(withdrawn, .withdrawn), problem)
      }
    }
    throw EventProblem(field: "properties.channel", reason: "missing or no channel; give one such as email")
  }

  func withdrawnEverywhere(_ field: String) -> EventProblem {
    EventProblem(
      field: field, reason: ChannelName.tellWithdrawnEverywhere(channels.keys), isEventKept: true)
  }

  /// A text, or an array of texts.
  private static func text(of value: JSON?) -> String? {
    switch value {
    case .string(let text)?: text
    case .array(let values)?: values.prefix(50).compactMap(\.stringValue).joined(separator: ",")
    default: nil
    }
  }
}
