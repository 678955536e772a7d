internal import Synchronization

/// Counts open connections per client address. Thread-safe.
final class AddressCounts: Sendable {
  private struct State {
    var open: [NetworkAddress: Int] = [:]
    var refused = 0
  }

  private let maximum: Int
  private let state = Mutex(State())

  /// - Parameter maximum: 0 for no limit and no counting.
  init(maximum: Int) { self.maximum = maximum }

  /// Counts one more connection; `leave` must follow even if it is refused. Returns false if the count exceeds the
  /// maximum.
  func enter(_ address: NetworkAddress?) -> Bool {
    guard maximum > 0, let network = address.map(Self.network) else { return true }
    return state.withLock { state in
      state.open[network, default: 0] += 1
      guard state.open[network, default: 0] > maximum else { return true }
      state.refused += 1
      return false
    }
  }

  func leave(_ address: NetworkAddress?) {
    guard maximum > 0, let network = address.map(Self.network) else { return }
    state.withLock { state in
      let left = (state.open[network] ?? 1) - 1
      state.open[network] = left > 0 ? left : nil
    }
  }

  var refused: Int { state.withLock { $0.refused } }

  /// Counts IPv6 by /64 network: whoever has one address of a network usually has all 2^64.
  static func network(_ address: NetworkAddress) -> NetworkAddress {
    address.bytes.count == 16
      ? NetworkAddress(bytes: Array(address.bytes.prefix(8)) + [UInt8](repeating: 0, count: 8)) : address
  }
}
