package import Decisioning
package import Domain
package import Platform

/// What the daemon needs beside the program: where it stores, listens and delivers.
package struct Settings<Adapter: Sendable>: Sendable {
  package var store: String
  package var http: ListenerSettings
  package var channels: [ChannelSettings<Adapter>]
  /// How long finished messages and decisions are kept; the ledger of what was sent is kept for ever.
  package var retention: Duration
  /// `nil` takes the usual place beside the store or below /run.
  package var controlSocket: String?
}

/// How events and customers reach the daemon.
package struct ListenerSettings: Sendable {
  package var listen: ListenAddress
  /// Without a slash at the end.
  package var publicURL: String
  package var writeKeys: [Secret]
  /// Further names under which the operator's pages may be asked for.
  package var hosts: [String]
  /// Whether connections come from a proxy, whose one address then stands for many clients.
  package var isBehindProxy: Bool
  /// Whether the operator has said that others than this machine may connect.
  package var isExposed: Bool
}

/// A channel and how it delivers.
package struct ChannelSettings<Adapter: Sendable>: Sendable {
  package var name: ChannelName
  package var adapter: Adapter
  package var address: AddressKind
  package var medium: Medium
}
