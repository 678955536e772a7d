internal import Domain
internal import Operations

/// Formats the answer to `send-test`.
enum TestMessageText {
  static func text(_ answer: SendTestAnswer) -> String {
    if let file = answer.file {
      return "\(answer.channel) to \(answer.to): captured, and sent to nobody; it is the file \(file)\n"
    }
    let end =
      switch answer.outcome {
      case .accepted: "the provider took it"
      case .temporary: "refused for now; try again later"
      case .permanent: "refused"
      case .badAddress where answer.code == nil: "not handed over"
      case .badAddress: "the provider does not know this address"
      case .throttled: "the provider asks to slow down; try again later"
      case .providerFault: "the provider cannot be reached, does not work, or takes nothing from us"
      case .configurationFault: "the provider refuses our settings; check address, user name and password"
      case .ambiguous: "handed over, but no answer came: it may have arrived"
      case .released: "given back untouched; try again later"
      }
    let said = [answer.code?.replacing("_", with: " "), answer.detail].compactMap { $0 }
    let reason = said.isEmpty ? "" : " (\(said.joined(separator: ": ")))"
    var text = "\(answer.channel) to \(answer.to): \(end)\(reason)\n"
    if let reference = answer.reference { text += "the provider's reference: \(reference)\n" }
    return text
  }
}
