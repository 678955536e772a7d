import Platform
import Testing

@Suite struct EnvelopeAddressTests {
  @Test(arguments: [
    "a@b", "ann.smith+tag@example.org", "\"a b\"@x".filter { $0 != " " }, "安@例え.jp", "a@[127.0.0.1]", "x@y@z",
  ])
  func `addresses that can stand in a command are taken as they are`(_ text: String) throws {
    #expect(try EnvelopeAddress(text).path == text)
  }

  @Test(arguments: [
    ("", "envelope address: empty; give local@domain"),
    (
      "b@y>\r\nRCPT TO:<victim@evil",
      "envelope address: byte 0x3E at offset 3 is not allowed in an address; remove it"
    ),
    ("b@y\r\nDATA", "envelope address: byte 0x0D at offset 3 is not allowed in an address; remove it"),
    ("b@y\nDATA", "envelope address: byte 0x0A at offset 3 is not allowed in an address; remove it"),
    ("b\0@y", "envelope address: byte 0x00 at offset 1 is not allowed in an address; remove it"),
    ("<b@y", "envelope address: byte 0x3C at offset 0 is not allowed in an address; remove it"),
    ("a b@y", "envelope address: byte 0x20 at offset 1 is not allowed in an address; remove it"),
    ("b@y\u{7F}", "envelope address: byte 0x7F at offset 3 is not allowed in an address; remove it"),
    ("b@y\u{85}", "envelope address: character U+85 is not allowed in an address; remove it"),
    ("b@y\u{2028}", "envelope address: character U+2028 is not allowed in an address; remove it"),
    ("nobody", "envelope address: no domain; give local@domain"),
    ("@y", "envelope address: no domain; give local@domain"),
    ("b@", "envelope address: no domain; give local@domain"),
    (String(repeating: "a", count: 253) + "@b", "envelope address: 255 bytes, at most 254 are allowed"),
  ])
  func `addresses that could break out of a command are refused`(_ text: String, message: String) {
    do {
      _ = try EnvelopeAddress(text)
      Issue.record("taken: \(text.debugDescription)")
    } catch {
      #expect("\(error)" == message)
    }
  }
}
