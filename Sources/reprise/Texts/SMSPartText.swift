internal import Delivery

/// Describes the cost of a text message.
enum SMSPartText {
  /// `2 parts of GSM-7, room for 23 more letters`, `1 part of UCS-2 because of '茶', room for 40 more
  /// letters`.
  static func text(_ count: SMSPartCount) -> String {
    let parts = count.parts == 1 ? "1 part" : "\(count.parts) parts"
    let room = "room for \(count.unitsLeft) more letters"
    switch count.encoding {
    case .gsm7: return "\(parts) of GSM-7, \(room)"
    case .ucs2:
      return "\(parts) of UCS-2 because of '\(count.firstNonGSM ?? "?")', \(room)"
    }
  }

  /// The number of parts of a text.
  static func parts(_ text: String) -> Int { SMSPartCount(text).parts }

  static func text(_ text: String) -> String { self.text(SMSPartCount(text)) }
}
