/// A hash index over numbered items that are stored elsewhere.
struct HashSlots: Sendable {
  /// Open addressing: 0 is free; otherwise the upper half is the hash and the lower half the number plus 1. The
  /// capacity is a power of two, at most three quarters full.
  private var slots = [UInt64](repeating: 0, count: 16)
  private var used = 0

  /// The number of the item with this hash that satisfies `isEqual`. If there is none, adds and returns
  /// `next`.
  mutating func number(
    of hash: UInt32, orInsert next: Int, isEqual: (Int) -> Bool
  ) -> (number: Int, isNew: Bool) {
    var slot = Int(hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot] & 0xFFFF_FFFF) - 1
      if slots[slot] >> 32 == UInt64(hash), isEqual(number) { return (number, false) }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt64(hash) << 32 | UInt64(next + 1)
    used += 1
    if used * 4 > slots.count * 3 { grow() }
    return (next, true)
  }

  private mutating func grow() {
    let old = slots
    slots = [UInt64](repeating: 0, count: old.count * 2)
    for entry in old where entry != 0 {
      var slot = Int(entry >> 32) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = entry
    }
  }

  /// A fast multiplicative hash over eight bytes at a time; good enough for a file made by the operator.
  static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    var hash = UInt64(bytes.count) &+ 0x9E37_79B9_7F4A_7C15
    func mix(_ word: UInt64) {
      let product = (hash ^ word).multipliedFullWidth(by: 0xBF58_476D_1CE4_E5B9)
      hash = product.high ^ product.low
    }
    var place = 0
    while place + 8 <= bytes.count {
      mix(bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      place += 8
    }
    var rest: UInt64 = 0
    while place < bytes.count {
      rest = rest << 8 | UInt64(bytes[place])
      place += 1
    }
    mix(rest)
    mix(0x94D0_49BB_1331_11EB)
    return UInt32(truncatingIfNeeded: hash)
  }
}
