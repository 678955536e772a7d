import Decisioning
import Domain
import Platform
import Store
import Support
import Testing

@testable import Service

/// A whole daemon in this process on a small shop: its own store, its own listener, its own control socket.
final class RunningShop: Sendable {
  static let key = "key-of-the-shop"

  let directory: ShopDirectory
  let daemon: Daemon
  let log: InMemoryLog
  private let transfers: TransferEngine
  private let address: String

  private init(_ directory: ShopDirectory, _ daemon: Daemon, _ log: InMemoryLog, address: String) throws {
    self.directory = directory
    self.daemon = daemon
    self.log = log
    self.address = address
    transfers = try TransferEngine()
  }

  /// Runs `body` beside the daemon and ends the daemon after it.
  ///
  /// - Parameter directory: of a shop that ran before.
  static func run(
    _ directory: ShopDirectory? = nil, _ body: (RunningShop) async throws -> Void
  ) async throws {
    let directory = try directory ?? ShopDirectory()
    let file = directory.path + "/config/reprise.yaml"
    let text = try Files.readText(file, limit: 1 << 20)
    try Files.write(
      Array(text.replacing("public_url:", with: "write_keys: [\"${env:WRITE_KEY}\"], public_url:").utf8),
      to: file)
    defer { try? Files.write(Array(text.utf8), to: file) }
    var options = directory.options
    options.environment = ["WRITE_KEY": key]
    let log = InMemoryLog()
    let daemon = try await Daemon(options: options, log: Logger(to: log))
    let (signals, sender) = AsyncStream<Signal>.makeStream()
    let (ready, told) = AsyncStream<String>.makeStream()
    let running = Task {
      defer { told.finish() }
      return try await daemon.run(signals: signals) { told.yield($0.webAddress ?? "") }
    }
    var address: String?
    for await found in ready {
      address = found
      break
    }
    guard let address else {
      // It has failed, or the test was cancelled while it started.
      sender.yield(.terminate)
      _ = try await running.value
      return
    }
    let shop = try RunningShop(directory, daemon, log, address: address)
    do { try await body(shop) } catch { Issue.record(error) }
    await shop.transfers.stop(within: .seconds(1))
    sender.yield(.terminate)
    #expect(try await running.value == 0)
  }

  // MARK: - HTTP

  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: String
    var json: JSON? { try? JSON.parse(body) }
    /// All that a client can tell answers apart by, but for the clock.
    var visible: String {
      headers.filter { $0.name.lowercased() != "date" }.map { "\($0.name): \($0.value)\n" }.joined()
        + "\(status)\n\(body)"
    }
  }

  func send(
    _ method: String, _ path: String, _ body: String = "", headers: HTTPHeaders = [:]
  ) async -> Answer {
    // Kept connections count against the limit of an address.
    var closing = headers
    closing.append("Connection", "close")
    var transfer = HTTPTransfer(
      method: method, url: "http://\(address)\(path)", headers: closing, body: Array(body.utf8),
      allowPrivateAddresses: true)
    // Beside tests that compute on all processors an answer takes as long as it takes.
    transfer.connectTimeout = .seconds(120)
    transfer.totalTimeout = .seconds(120)
    transfer.lowSpeedTime = .seconds(120)
    let result = await transfers.send(transfer)
    return Answer(
      status: result.status, headers: result.headers, body: String(decoding: result.body, as: UTF8.self))
  }

  /// Sends a batch of calls with the shop's key.
  func post(_ batch: [JSON]) async -> Answer {
    let body: JSON = ["batch": .array(batch)]
    return await send(
      "POST", "/v1/batch", body.text(),
      headers: [
        "Authorization": "Basic \(Base64.text(Array((Self.key + ":").utf8)))",
        "Content-Type": "application/json",
      ])
  }

  func metrics() async -> String { await send("GET", "/metrics").body }

  // MARK: - The shop

  /// A token as it stands in the messages to this customer.
  func token(_ customer: String, channel: ChannelName = "email") throws -> String {
    try #require(
      daemon.shop.current.program.links.token(
        for: LinkClaim(purpose: .unsubscribe, channel: channel, customerID: customer)))
  }

  func customer(_ id: String) async throws -> Customer? {
    try await daemon.store.read { try $0.customer(id: id) }
  }

  func order(_ id: String) async throws -> (customer: CustomerKey, order: Order)? {
    try await daemon.store.read { try $0.orders(ids: [id])[id] }
  }

  func count(_ sql: SQLText) async throws -> Int64? {
    try await daemon.store.read { try $0.connection.integer(sql) }
  }

  static func identify(_ id: String, _ traits: JSON, message: String) -> JSON {
    ["type": "identify", "userId": .string(id), "messageId": .string(message), "traits": traits]
  }

  static func track(_ id: String, _ event: String, _ properties: JSON = [:], message: String) -> JSON {
    [
      "type": "track", "userId": .string(id), "event": .string(event), "messageId": .string(message),
      "properties": properties,
    ]
  }
}
