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
}
