import Domain
import Platform
import Support
import Synchronization
import Testing
import Web

/// A real listener on a free loopback port, with services that remember what they were asked.
final class TestSite: Sendable {
  struct State {
    var events: [IncomingEvent] = []
    var products: [Product] = []
    var retired: [String] = []
    var forgotten: [String] = []
    /// By order.
    var owners: [ExactText: String] = [:]
    var batches: [Int] = []
    var unsubscribed: [UnsubscribeLink] = []
    var tokensRead: [String] = []
    /// How many of the next calls of `take` and `unsubscribe` fail.
    var failures = 0
    var problems: [String] = []
    /// What was said of ids, and how it was answered.
    var names: [NameStatement] = []
    var nameRefusals: [Int: NameVerdict.Refusal] = [:]
    /// What `take` says of every batch.
    var takeProblems: [EventProblem] = []
    var metrics: [MetricFamily] = []
  }

  struct Failing: Error {}

  static let key = "key of the shop"
  /// `ann` on `email`.
  static let token = "goodtoken"
  static let strangerToken = "strangertoken"
  static let testToken = "testtoken"
  static let smsToken = "smstoken"

  private let stored: Store
  let log = InMemoryLog()
  let server: WebServer

  private final class Store: Sendable {
    let state = Mutex(State())
  }

  init(hosts: [String] = [], _ configure: (inout WebConfiguration) -> Void = { _ in }) throws {
    let stored = Store()
    self.stored = stored
    var configuration = WebConfiguration(
      listener: .init(), writeKeys: ["another key", Self.key], brandName: "Qingshan <Tea> & Co",
      decoder: TrackingDecoder(currency: Currency("CNY") ?? .unknown))
    configuration.publicURL = "https://hello.tea.example"
    configuration.hosts = hosts
    configuration.listener.maximumConnectionsPerAddress = 0
    configure(&configuration)
    server = try WebServer.start(configuration, Self.services(stored), log: Logger(to: log))
  }

  private static func take(_ events: [IncomingEvent], _ stored: Store) throws -> TakenEvents {
    try stored.state.withLock { state in
      if state.failures > 0 {
        state.failures -= 1
        throw Failing()
      }
      state.batches.append(events.count)
      var taken = TakenEvents(problems: state.takeProblems)
      for event in events {
        if state.events.contains(where: { $0.event.messageID == event.event.messageID }) {
          taken.duplicates += 1
        } else {
          state.events.append(event)
          taken.stored += 1
        }
      }
      return taken
    }
  }

  private static func hooks(_ stored: Store) -> HookServices {
    HookServices(
      take: { events, _ in try take(events, stored) },
      owners: { orders in
        stored.state.withLock { state in state.owners.filter { order, _ in orders.contains(order.text) } }
      },
      learn: { products in
        stored.state.withLock { $0.products += products }
        return products.count
      },
      retire: { parent in
        stored.state.withLock { $0.retired.append(parent) }
        return 1
      },
      forget: { customer in
        stored.state.withLock { $0.forgotten.append(customer) }
        return customer != "stranger@shop.example"
      })
  }

  private static func services(_ stored: Store) -> WebServices {
    var services = WebServices(
      take: { try take($0, stored) },
      readUnsubscribeToken: { token in
        stored.state.withLock { $0.tokensRead.append(token) }
        return switch token {
        case Self.token: .unsubscribe(UnsubscribeLink(customerID: "ann", channel: "email"))
        case Self.smsToken: .unsubscribe(UnsubscribeLink(customerID: "ann", channel: "sms"))
        case Self.strangerToken: .unsubscribe(UnsubscribeLink(customerID: "stranger", channel: "email"))
        case Self.testToken: .test("email")
        default: nil
        }
      },
      unsubscribe: { link in
        try stored.state.withLock { state in
          if state.failures > 0 {
            state.failures -= 1
            throw Failing()
          }
          guard link.customerID != "stranger" else { return nil }
          defer { state.unsubscribed.append(link) }
          return !state.unsubscribed.contains(link)
        }
      },
      problems: { stored.state.withLock { $0.problems } },
      metrics: { stored.state.withLock { $0.metrics } },
      now: { Instant(milliseconds: SystemTime.wallMilliseconds()) }, hooks: hooks(stored))
    services.join = { names in
      stored.state.withLock { state in
        state.names += names
        return state.nameRefusals
      }
    }
    return services
  }

  var state: State { stored.state.withLock { $0 } }

  func change(_ body: (inout State) -> Void) { stored.state.withLock { body(&$0) } }

  /// Runs `body` with a listener and ends the listener after it.
  static func run(
    hosts: [String] = [], configure: (inout WebConfiguration) -> Void = { _ in },
    _ body: (TestSite) async throws -> Void
  ) async throws {
    let site = try TestSite(hosts: hosts, configure)
    do { try await body(site) } catch {
      await site.server.stop(within: .seconds(1))
      throw error
    }
    await site.server.stop(within: .seconds(1))
  }

  static let authorization = "Authorization: Basic \(Base64.text(Array((key + ":").utf8)))\r\n"

  /// Sends a JSON body with the right key.
  func post(_ path: String, _ body: String, headers: String = "") async throws -> RawAnswer {
    try await send(
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\n\(Self.authorization)Content-Type: application/json\r\n"
        + "\(headers)Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
  }

  func get(_ path: String, headers: String = "", method: String = "GET") async throws -> RawAnswer {
    try await send("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(headers)Connection: close\r\n\r\n")
  }

  func send(_ request: String) async throws -> RawAnswer { try await send(Array(request.utf8)) }

  func send(_ request: [UInt8]) async throws -> RawAnswer {
    let port = server.port
    return RawAnswer(try await offPool { RawHTTP.exchange(port: port, request) })
  }
}

/// Runs blocking work on a thread of its own: the server's tasks need the threads of the pool.
func offPool<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await WorkerThread.run("test", work)
}

/// An answer as it came over the wire.
struct RawAnswer: Sendable {
  let status: Int
  let head: String
  let body: String

  init(_ bytes: [UInt8]) {
    var end = bytes.count
    for index in bytes.indices.dropLast(3) where Array(bytes[index..<index + 4]) == [13, 10, 13, 10] {
      end = index
      break
    }
    head = String(decoding: bytes[..<end], as: UTF8.self)
    body = String(decoding: bytes[min(end + 4, bytes.count)...], as: UTF8.self)
    let words = head.split(separator: " ", maxSplits: 2)
    status = words.count > 1 ? Int(words[1]) ?? 0 : 0
  }

  subscript(header: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == header.lowercased() {
        return String(parts[1].dropFirst())
      }
    }
    return nil
  }

  var json: JSON? { try? JSON.parse(body) }
}

/// Bytes over a socket, without any help that would forbid bad requests.
enum RawHTTP {
  /// Sends everything, reads until the server closes or ten seconds have passed without a byte.
  static func exchange(port: UInt16, _ request: [UInt8]) -> [UInt8] {
    guard let connection = try? RawConnection(port: port) else { return [] }
    connection.send(request)
    return connection.readToEnd().bytes
  }
}
