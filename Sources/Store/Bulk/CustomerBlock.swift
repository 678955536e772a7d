internal import Domain

/// A set of customers within a block of 1024 consecutive numbers, one bit each.
///
/// An import touches nearly every customer in nearly every batch: a row for each would be written and removed
/// a million times.
struct CustomerBlock: Equatable {
  static let size = 1024

  let number: Int64
  private(set) var bits: [UInt8]

  init(number: Int64, bits: [UInt8] = []) {
    self.number = number
    self.bits = bits + [UInt8](repeating: 0, count: max(0, Self.size / 8 - bits.count))
  }

  static func number(of customer: CustomerKey) -> Int64 { customer.rawValue >> 10 }

  /// - Parameter customers: in ascending order.
  static func blocks(of customers: [CustomerKey]) -> [CustomerBlock] {
    var blocks: [CustomerBlock] = []
    for customer in customers {
      let number = number(of: customer)
      if blocks.last?.number != number { blocks.append(CustomerBlock(number: number)) }
      let place = Int(customer.rawValue & 1023)
      blocks[blocks.count - 1].bits[place / 8] |= 1 << UInt8(place % 8)
    }
    return blocks
  }

  var isEmpty: Bool { bits.allSatisfy { $0 == 0 } }

  var customers: [CustomerKey] {
    var customers: [CustomerKey] = []
    for (index, byte) in bits.enumerated() where byte != 0 {
      for bit in 0..<8 where byte & (1 << UInt8(bit)) != 0 {
        customers.append(CustomerKey(number << 10 | Int64(index * 8 + bit)))
      }
    }
    return customers
  }

  mutating func formUnion(_ other: CustomerBlock) {
    for index in bits.indices { bits[index] |= other.bits[index] }
  }

  mutating func subtract(_ other: CustomerBlock) {
    for index in bits.indices { bits[index] &= ~other.bits[index] }
  }
}
