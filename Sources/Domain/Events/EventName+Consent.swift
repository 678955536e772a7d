extension EventName {
  /// What an event of this name says about consent, and for which kind of channel if the name includes it;
  /// `nil` if it is not about consent.
  package var consent: (state: ConsentState, kind: AddressKind?)? {
    switch self {
    case .consentGranted: (.granted, nil)
    case .consentWithdrawn: (.withdrawn, nil)
    case "email_subscribed": (.granted, .email)
    case "email_unsubscribed": (.withdrawn, .email)
    case "sms_subscribed": (.granted, .phone)
    case "sms_unsubscribed": (.withdrawn, .phone)
    default: nil
    }
  }
}

extension AddressKind {
  /// A spelling that `ChannelName.named` understands.
  package var spelling: String {
    switch self {
    case .email: "email"
    case .phone: "sms"
    case .customerID: rawValue
    }
  }
}
