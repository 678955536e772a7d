package import Platform

/// The answer to `send-test` as people read it.
package enum TestMessageText {
  package static func text(_ answer: JSON) -> String {
    let end =
      switch answer["outcome"]?.stringValue {
      case "accepted": "the provider took it"
      case "temporary": "refused for now; try again later"
      case "permanent": "refused"
      case "bad_address" where answer["code"]?.stringValue == nil: "not handed over"
      case "bad_address": "the provider does not know this address"
      case "throttled": "the provider asks to slow down; try again later"
      case "provider_fault": "the provider cannot be reached, does not work, or takes nothing from us"
      case "configuration_fault": "the provider refuses our settings; check address, user name and password"
      case "ambiguous": "handed over, but no answer came: it may have arrived"
      case let other: other ?? "no outcome"
      }
    let channel = answer["channel"]?.stringValue ?? "?"
    let to = answer["to"]?.stringValue ?? "?"
    let said = [answer["code"]?.stringValue, answer["detail"]?.stringValue].compactMap { $0 }
    var text = "\(channel) to \(to): \(end)\(said.isEmpty ? "" : " (\(said.joined(separator: ": ")))")\n"
    if let reference = answer["reference"]?.stringValue { text += "the provider's reference: \(reference)\n" }
    return text
  }
}
