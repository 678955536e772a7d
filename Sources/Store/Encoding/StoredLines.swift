internal import Domain

/// Parses order lines as written by `OrderLine.write(to:)`.
struct StoredLines {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var place = 0

  /// `nil` for any other form, and for escaped characters: use the JSON parser then.
  static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> [OrderLine]? {
    var reader = StoredLines(bytes: bytes)
    return reader.lines()
  }

  private init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  private mutating func lines() -> [OrderLine]? {
    guard take("[") else { return nil }
    if take("]") { return place == bytes.count ? [] : nil }
    var lines: [OrderLine] = []
    repeat {
      guard take("["), let sku = text(), take(","), let quantity = number(), take(",") else {
        return nil
      }
      var line = OrderLine(sku: sku, quantity: Int(quantity), price: number())
      if line.price == nil, !takeNull() { return nil }
      if take(",") {
        guard let name = text() else { return nil }
        line.name = name
      }
      guard take("]") else { return nil }
      lines.append(line)
    } while take(",")
    return take("]") && place == bytes.count ? lines : nil
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func takeNull() -> Bool { take("n") && take("u") && take("l") && take("l") }

  private mutating func text() -> String? {
    guard take("\"") else { return nil }
    let start = place
    while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
      if bytes[place] == UInt8(ascii: "\\") { return nil }
      place += 1
    }
    guard place < bytes.count else { return nil }
    defer { place += 1 }
    return String(decoding: bytes[start..<place], as: UTF8.self)
  }

  private mutating func number() -> Int64? {
    let isNegative = take("-")
    let start = place
    var value: Int64 = 0
    while place < bytes.count, (0x30...0x39).contains(bytes[place]) {
      // Nineteen digits may overflow, so longer numbers are left to the JSON parser.
      guard place - start < 18 else { return nil }
      value = value * 10 + Int64(bytes[place] - 0x30)
      place += 1
    }
    return place == start ? nil : isNegative ? -value : value
  }
}
