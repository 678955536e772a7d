/// Reads the blocks of one DEFLATE stream.
struct InflateDecoder {
  private let input: UnsafeBufferPointer<UInt8>
  private var next: Int
  /// Bits read and not yet used, the next one lowest.
  private var bits: UInt64 = 0
  private var bitCount = 0

  init(input: UnsafeBufferPointer<UInt8>, from place: Int) {
    self.input = input
    next = place
  }

  /// The index of the first byte not used, once `run` is through.
  var place: Int { next - bitCount / 8 }

  /// Unpacks all blocks.
  ///
  /// - Parameter windowStart: distances must not reach back beyond this byte of the output.
  mutating func run(into output: inout InflateOutput, windowStart: Int) throws(InflateError) {
    var isLast = false
    while !isLast {
      isLast = try take(1) == 1
      switch try take(2) {
      case 0: try stored(into: &output)
      case 1: try compressed(.fixedLiterals, .fixedDistances, into: &output, windowStart)
      case 2:
        let (literals, distances) = try tables()
        try compressed(literals, distances, into: &output, windowStart)
      default: throw .damaged
      }
    }
  }

  private mutating func stored(into output: inout InflateOutput) throws(InflateError) {
    // Back to the byte behind the block header.
    next -= bitCount / 8
    bits = 0
    bitCount = 0
    guard next + 4 <= input.count else { throw .endsEarly }
    let length = Int(input[next]) | Int(input[next + 1]) << 8
    let complement = Int(input[next + 2]) | Int(input[next + 3]) << 8
    guard length == complement ^ 0xFFFF else { throw .damaged }
    next += 4
    guard next + length <= input.count else { throw .endsEarly }
    if length > 0 { try output.append(UnsafeBufferPointer(rebasing: input[next..<next + length])) }
    next += length
  }

  private mutating func compressed(
    _ literals: HuffmanTable, _ distances: HuffmanTable, into output: inout InflateOutput, _ windowStart: Int
  ) throws(InflateError) {
    while true {
      let symbol = try decode(literals)
      if symbol < 256 {
        try output.append(UInt8(truncatingIfNeeded: symbol))
        continue
      }
      if symbol == 256 { return }
      guard symbol <= 285 else { throw .damaged }
      let (lengthBase, lengthExtra) = lengthCodes[symbol - 257]
      let length = lengthBase + (try take(lengthExtra))
      let code = try decode(distances)
      guard code <= 29 else { throw .damaged }
      let (distanceBase, distanceExtra) = distanceCodes[code]
      let distance = distanceBase + (try take(distanceExtra))
      guard distance <= output.count - windowStart else { throw .damaged }
      try output.copy(length, from: distance)
    }
  }

  /// The code tables at the head of a dynamic block (RFC 1951 section 3.2.7).
  private mutating func tables() throws(InflateError) -> (HuffmanTable, HuffmanTable) {
    let literalCount = try take(5) + 257
    let distanceCount = try take(5) + 1
    let codeCount = try take(4) + 4
    guard literalCount <= 286, distanceCount <= 30 else { throw .damaged }
    let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    var codeLengths = [UInt8](repeating: 0, count: 19)
    for i in 0..<codeCount { codeLengths[order[i]] = UInt8(try take(3)) }
    let codes = try HuffmanTable(codeLengths[...], allowsIncomplete: false)
    var lengths: [UInt8] = []
    let total = literalCount + distanceCount
    lengths.reserveCapacity(total)
    while lengths.count < total {
      let symbol = try decode(codes)
      var value: UInt8 = 0
      let times: Int
      switch symbol {
      case 0...15:
        lengths.append(UInt8(symbol))
        continue
      case 16:
        guard let last = lengths.last else { throw .damaged }
        value = last
        times = try take(2) + 3
      case 17: times = try take(3) + 3
      default: times = try take(7) + 11
      }
      guard lengths.count + times <= total else { throw .damaged }
      lengths.append(contentsOf: repeatElement(value, count: times))
    }
    guard lengths[256] != 0 else { throw .damaged }
    return (
      try HuffmanTable(lengths[..<literalCount], allowsIncomplete: true),
      try HuffmanTable(lengths[literalCount...], allowsIncomplete: true)
    )
  }

  @inline(__always)
  private mutating func refill() {
    if next + 8 <= input.count {
      let word = UnsafeRawPointer(input.baseAddress! + next).loadUnaligned(as: UInt64.self)
      bits |= UInt64(littleEndian: word) << UInt64(bitCount)
      next += (63 - bitCount) >> 3
      bitCount |= 56
    } else {
      while bitCount <= 56, next < input.count {
        bits |= UInt64(input[next]) << UInt64(bitCount)
        next += 1
        bitCount += 8
      }
    }
  }

  /// The next `count` bits as a number; at most 16.
  @inline(__always)
  private mutating func take(_ count: Int) throws(InflateError) -> Int {
    if bitCount < count {
      refill()
      guard bitCount >= count else { throw .endsEarly }
    }
    let value = Int(truncatingIfNeeded: bits & (1 << UInt64(count) - 1))
    bits >>= UInt64(count)
    bitCount -= count
    return value
  }

  @inline(__always)
  private mutating func decode(_ table: HuffmanTable) throws(InflateError) -> Int {
    if bitCount < 15 { refill() }
    let entry = table.lookup(bits)
    let length = entry & 15
    guard length > 0 else { throw bitCount < 15 && next == input.count ? .endsEarly : .damaged }
    guard length <= bitCount else { throw .endsEarly }
    bits >>= UInt64(length)
    bitCount -= length
    return entry >> 4
  }
}

/// First length and extra bits of the codes 257 to 285.
private let lengthCodes: [(Int, Int)] = [
  (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1),
  (19, 2), (23, 2),
  (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
  (163, 5),
  (195, 5), (227, 5), (258, 0),
]

/// First distance and extra bits of the codes 0 to 29.
private let distanceCodes: [(Int, Int)] = [
  (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4),
  (65, 5), (97, 5),
  (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10), (3073, 10),
  (4097, 11),
  (6145, 11), (8193, 12), (12_289, 12), (16_385, 13), (24_577, 13),
]
