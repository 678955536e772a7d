/// Limits the memory of bodies being received or processed: in total, per address and per holder of a key.
/// Memory is counted as bytes arrive, not as announced.
struct BodyRoom {
  /// Bytes of each body that are always accepted and never counted: a client that fills the memory with large
  /// bodies must not block small ones, above all an unsubscribe. The number of connections bounds the sum.
  static let free = 16 * 1024

  private let limits: HTTPServer.BodyLimits
  private var total = 0
  private var byAddress: [NetworkAddress: Int] = [:]
  private var byHolder: [Int: Int] = [:]

  init(_ limits: HTTPServer.BodyLimits) { self.limits = limits }

  /// The memory counted for one body.
  struct Share {
    fileprivate let address: NetworkAddress?
    fileprivate let holder: Int?
    fileprivate var counted = 0

    /// - Parameter address: `nil` if many clients share one.
    init(address: NetworkAddress?, holder: Int?) {
      self.address = address
      self.holder = holder
    }
  }

  /// Reserves memory for a body of `length` bytes so far. Returns false if there is none, and reserves
  /// nothing.
  mutating func grow(_ share: inout Share, to length: Int) -> Bool {
    let more = max(0, length - Self.free) - share.counted
    if more <= 0 { return true }
    let ofAddress = share.address.map { byAddress[$0, default: 0] + more }
    let ofHolder = share.holder.map { byHolder[$0, default: 0] + more }
    guard total + more <= limits.total, ofAddress ?? 0 <= limits.perAddress, ofHolder ?? 0 <= limits.perHolder
    else { return false }
    total += more
    if let address = share.address { byAddress[address] = ofAddress }
    if let holder = share.holder { byHolder[holder] = ofHolder }
    share.counted += more
    return true
  }

  mutating func release(_ share: Share) {
    guard share.counted > 0 else { return }
    total -= share.counted
    if let address = share.address {
      let left = byAddress[address, default: 0] - share.counted
      byAddress[address] = left > 0 ? left : nil
    }
    if let holder = share.holder {
      let left = byHolder[holder, default: 0] - share.counted
      byHolder[holder] = left > 0 ? left : nil
    }
  }
}
