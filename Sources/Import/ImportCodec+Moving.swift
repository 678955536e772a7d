internal import Domain
internal import Store

extension ImportCodec {
  /// `[channel, address, reason, at, source, [salt...]]`.
  static func json(_ told: ToldSuppression) -> JSON {
    [
      .string(told.channel.rawValue), .string(told.address), .string(told.reason.rawValue),
      told.at.map { json($0) } ?? .null, .string(told.source), .array(told.salts.map { .string($0) }),
    ]
  }

  static func suppression(_ json: JSON) throws(ImportCodecError) -> ToldSuppression {
    guard let channel = json[0]?.stringValue, let address = json[1]?.stringValue,
      let reason = json[2]?.stringValue.flatMap({ SuppressionReason(word: $0) }),
      let source = json[4]?.stringValue, let salts = json[5]?.arrayValue
    else { throw ImportCodecError(part: "suppression") }
    return ToldSuppression(
      channel: ChannelName(channel), address: address, reason: reason, at: instant(json[3]), source: source,
      salts: salts.compactMap(\.stringValue))
  }

  /// `[customer, [kind, address...], [channel...], state, is flag, at, source]`.
  static func json(_ told: ToldConsent) -> JSON {
    [
      json(told.customer), .array(told.addresses.flatMap { [.string($0.kind.rawValue), .string($0.text)] }),
      .array(told.channels.map { .string($0.rawValue) }), .string(told.state.rawValue), .bool(told.isFlag),
      told.at.map { json($0) } ?? .null, .string(told.source),
    ]
  }

  static func consent(_ json: JSON) throws(ImportCodecError) -> ToldConsent {
    guard let parts = json[1]?.arrayValue?.compactMap(\.stringValue),
      let channels = json[2]?.arrayValue?.compactMap(\.stringValue),
      let state = json[3]?.stringValue.flatMap({ ConsentState(word: $0) }), let isFlag = json[4]?.boolValue,
      let source = json[6]?.stringValue
    else { throw ImportCodecError(part: "consent") }
    return ToldConsent(
      customer: json[0]?.stringValue, addresses: try addresses(parts),
      channels: channels.map { ChannelName($0) },
      state: state, isFlag: isFlag, at: instant(json[5]), source: source)
  }

  /// `[customer, [kind, address...], channel, sent at, trigger, occurrence, step, subject, message id, source]`.
  static func json(_ told: ToldSent) -> JSON {
    let message = told.message
    return [
      json(told.customer), .array(told.addresses.flatMap { [.string($0.kind.rawValue), .string($0.text)] }),
      .string(message.channel.rawValue), json(message.sentAt), json(message.trigger?.rawValue),
      json(message.occurrence), json(message.step?.rawValue), json(message.subject), json(message.messageID),
      .string(message.source),
    ]
  }

  static func sent(_ json: JSON) throws(ImportCodecError) -> ToldSent {
    guard let parts = json[1]?.arrayValue?.compactMap(\.stringValue), let channel = json[2]?.stringValue,
      let sentAt = instant(json[3]), let source = json[9]?.stringValue
    else { throw ImportCodecError(part: "sent message") }
    return ToldSent(
      customer: json[0]?.stringValue, addresses: try addresses(parts),
      message: SentElsewhere(
        channel: ChannelName(channel), sentAt: sentAt, trigger: json[4]?.stringValue.map { TriggerID($0) },
        occurrence: json[5]?.stringValue, step: json[6]?.stringValue.map { StepID($0) },
        subject: json[7]?.stringValue, messageID: json[8]?.stringValue, source: source))
  }

  private static func addresses(_ parts: [String]) throws(ImportCodecError) -> [ToldConsent.Address] {
    var addresses: [ToldConsent.Address] = []
    for place in stride(from: 0, to: parts.count - 1, by: 2) {
      guard let kind = AddressKind(word: parts[place]) else { throw ImportCodecError(part: "address") }
      addresses.append(.init(kind, parts[place + 1]))
    }
    return addresses
  }
}
