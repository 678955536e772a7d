package import Domain

/// A sender or recipient with an optional name: `Qingshan Tea <hello@tea.example>`.
package struct Mailbox: Hashable, Sendable {
  /// Empty if there is none.
  package var name: String
  package var address: EmailAddress

  package init(name: String = "", address: EmailAddress) {
    self.name = name
    self.address = address
  }

  /// Parses `address`, `<address>`, `Name <address>` or `"Name, quoted" <address>`.
  package init(_ text: String) throws(MailboxError) {
    let bytes = text.utf8.drop { $0 == 0x20 }
    guard let open = bytes.lastIndex(of: UInt8(ascii: "<")) else {
      guard !bytes.contains(UInt8(ascii: ">")) else { throw .malformed }
      self.init(address: try Self.address(bytes))
      return
    }
    guard let close = bytes.lastIndex(of: UInt8(ascii: ">")), open < close,
      bytes[bytes.index(after: close)...].allSatisfy({ $0 == 0x20 })
    else { throw .malformed }
    let address = try Self.address(bytes[bytes.index(after: open)..<close])
    var name = Array(Self.trimmed(bytes[..<open]).utf8)
    if name.first == UInt8(ascii: "\"") {
      guard name.count >= 2, name.last == UInt8(ascii: "\"") else { throw .malformed }
      var plain: [UInt8] = []
      var escaped = false
      for byte in name[1..<(name.count - 1)] {
        if byte == UInt8(ascii: "\\"), !escaped {
          escaped = true
        } else {
          plain.append(byte)
          escaped = false
        }
      }
      name = plain
    } else if name.contains(UInt8(ascii: "<")) || name.contains(UInt8(ascii: "\"")) {
      throw .malformed
    }
    for (offset, byte) in name.enumerated() where byte < 0x20 || byte == 0x7F {
      throw .controlCharacter(position: offset + 1)
    }
    self.init(name: String(decoding: name, as: UTF8.self), address: address)
  }

  private static func address(_ bytes: Substring.UTF8View) throws(MailboxError) -> EmailAddress {
    do throws(EmailAddressError) { return try EmailAddress(trimmed(bytes)) } catch { throw .address(error) }
  }

  private static func trimmed(_ bytes: Substring.UTF8View) -> String {
    var slice = bytes
    while slice.first == 0x20 { slice = slice.dropFirst() }
    while slice.last == 0x20 { slice = slice.dropLast() }
    return String(decoding: slice, as: UTF8.self)
  }
}

/// Why a text is not a mailbox. The description never quotes the address, which is personal data.
package enum MailboxError: Error, Equatable, CustomStringConvertible {
  case malformed
  case address(EmailAddressError)
  /// A control character in the name, at a position counted in bytes from 1.
  case controlCharacter(position: Int)

  package var description: String {
    switch self {
    case .malformed: "expected 'address' or 'Name <address>'"
    case .address(let error): error.description
    case .controlCharacter(let position): EmailAddressError.controlCharacter(position: position).description
    }
  }
}
