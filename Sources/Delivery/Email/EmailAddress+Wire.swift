package import Domain
internal import Platform

extension EmailAddress {
  /// An address in ASCII for SMTP envelopes and headers: a domain in another script takes its `xn--` form
  /// (RFC 5890).
  package init(_ text: String) throws(EmailAddressError) {
    try self.init(text, domainForm: DomainName.ascii)
  }
}
