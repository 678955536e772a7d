internal import Configuration
internal import Delivery

/// The settings that are fixed from the start of the daemon, because what they opened stays open.
///
/// Overrides from the command line are included, so that changes of overridden keys do not count.
struct FixedSettings: Equatable, Sendable {
  private let store: String
  private let controlSocket: String?
  private let listen: ListenAddress
  private let isBehindProxy: Bool

  init(_ settings: Settings<any AdapterSettings>, _ options: ServiceOptions) {
    store = options.store ?? settings.store
    controlSocket = options.control ?? settings.controlSocket
    listen = options.listen ?? settings.http.listen
    isBehindProxy = settings.http.isBehindProxy
  }

  /// The keys that differ in `other`, in the order of the configuration reference; empty if a reload is
  /// enough.
  func changes(to other: FixedSettings) -> [String] {
    [
      store == other.store ? nil : "store",
      listen == other.listen ? nil : "http.listen",
      isBehindProxy == other.isBehindProxy ? nil : "http.behind_proxy",
      controlSocket == other.controlSocket ? nil : "control_socket",
    ].compactMap(\.self)
  }
}
