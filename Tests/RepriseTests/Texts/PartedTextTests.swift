import Platform
import Testing

@testable import reprise

struct PartedTextTests {
  private static func text(_ parts: [JSON]) -> String {
    var text = PartedText()
    var bytes: [UInt8] = []
    for part in parts { bytes += text.add(part) }
    return String(decoding: bytes + text.end(), as: UTF8.self)
  }

  @Test func `an object in parts reads as it does in one piece`() {
    let whole: JSON = [
      "customer": ["id": "ann", "tags": [], "attributes": ["plan": "gold"]], "consents": [],
      "orders": [["id": "1", "lines": [["sku": "tea"]]], ["id": "2", "lines": []], ["id": "3\n"]],
      "carts": [["id": "c"]], "quarantine": [],
    ]
    let parts: [JSON] = [
      ["customer": ["id": "ann", "tags": [], "attributes": ["plan": "gold"]]], ["consents": []],
      ["orders": [["id": "1", "lines": [["sku": "tea"]]], ["id": "2", "lines": []]]],
      ["orders": [["id": "3\n"]]], ["carts": [["id": "c"]]], ["quarantine": []],
    ]
    #expect(Self.text(parts) == whole.text(pretty: true) + "\n")
    #expect(Self.text([whole]) == whole.text(pretty: true) + "\n")
    #expect(Self.text([]) == "{}\n")
  }
}
