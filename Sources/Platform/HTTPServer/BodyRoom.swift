/// How much memory the bodies that are being received, or worked on, take up: together, of one address, of one holder
/// of a key. Room is taken as bytes arrive; what a client only announces takes none.
struct BodyRoom {
  /// Of each body so much is not counted, and always taken: a client that fills the room with large bodies cannot keep
  /// small ones out, an unsubscribe first of all. The number of connections bounds what that makes.
  static let free = 16 * 1024

  private let limits: HTTPServer.BodyLimits
  private var total = 0
  private var byAddress: [NetworkAddress: Int] = [:]
  private var byHolder: [Int: Int] = [:]

  init(_ limits: HTTPServer.BodyLimits) { self.limits = limits }

  /// What one body has taken.
  struct Share {
    fileprivate let address: NetworkAddress?
    fileprivate let holder: Int?
    fileprivate var counted = 0

    /// - Parameter address: `nil` where many clients share one.
    init(address: NetworkAddress?, holder: Int?) {
      self.address = address
      self.holder = holder
    }
  }

  /// Makes room for a body that has `length` bytes by now. False when there is none; nothing is taken then.
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
