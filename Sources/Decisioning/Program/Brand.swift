package import Domain

/// The shop's identity in messages.
package struct Brand: Sendable {
  package var name: String
  package var url: String
  /// Postal address; shown in marketing mail. Empty if not given.
  package var address: String
  package var zone: TimeZoneRules
  package var currency: Currency
  /// BCP 47 tag.
  package var locale: String
  /// The country of telephone numbers without a country code; `nil` refuses them.
  package var callingCode: CallingCode?

  package init(
    name: String, url: String, address: String, zone: TimeZoneRules, currency: Currency, locale: String,
    callingCode: CallingCode? = nil
  ) {
    self.name = name
    self.url = url
    self.address = address
    self.zone = zone
    self.currency = currency
    self.locale = locale
    self.callingCode = callingCode
  }
}
