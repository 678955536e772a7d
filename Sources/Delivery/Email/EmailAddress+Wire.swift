package import Domain
internal import Platform

extension EmailAddress {
  /// An address as it goes into an SMTP envelope and a header, all in ASCII: a domain in another script takes its `xn--`
  /// form (RFC 5890).
  package init(_ text: String) throws(EmailAddressError) {
    try self.init(text, domainForm: DomainName.ascii)
  }
}
