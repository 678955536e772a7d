internal import Delivery
package import Domain
package import Platform
package import Store

/// Everything an operator may ask or do, whether the daemon runs or not.
///
/// A request is a JSON object with a `command`; the answer is an object with what was asked for, or with `error` and the
/// exit code that goes with it. The daemon serves it over the control socket, the command line performs it itself when no
/// daemon runs: both come here, so both answer alike.
package struct Operations: Sendable {
  let store: Store
  let shop: LiveShop
  let quarantine: Quarantine
  let log: Logger
  /// `nil` where nobody doubts it.
  let clock: TrustedClock?
  let now: @Sendable () -> Instant
  /// Called when something may have become due.
  let changed: @Sendable () -> Void

  package init(
    store: Store, shop: LiveShop, quarantine: Quarantine = .off,
    log: Logger, clock: TrustedClock? = nil,
    now: @escaping @Sendable () -> Instant,
    changed: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.shop = shop
    self.quarantine = quarantine
    self.log = log
    self.clock = clock
    self.now = now
    self.changed = changed
  }

  /// Answers a request. Never throws: what goes wrong is the answer.
  package func perform(_ request: JSON) async -> JSON {
    await Self.answering {
      switch request["command"]?.stringValue {
      case "explain": return try await explain(request)
      case "preview": return try await preview(request)
      case "pause": return try await setPaused(true, request)
      case "resume": return try await setPaused(false, request)
      case "status": return try await status()
      case "messages": return try await messages(request)
      case "ambiguous": return try await ambiguous(request)
      case "resolve": return try await resolve(request)
      case "export": return try await export(request)
      case "forget": return try await forget(request)
      case "unsubscribe": return try await unsubscribe(request)
      case "suppress": return try await setSuppressed(true, request)
      case "unsuppress": return try await setSuppressed(false, request)
      case "quarantine": return try await setAside(request)
      case "restored": throw OperationError.daemonRuns("restored")
      case let other?: throw OperationError.unknownCommand(other)
      case nil: throw OperationError.missing("command")
      }
    }
  }

  /// The answer of `body`, or what it throws as an answer.
  static func answering(_ body: () async throws -> JSON) async -> JSON {
    do {
      return try await body()
    } catch let error as OperationError {
      return ["error": .string(error.description), "exit": .integer(Int64(error.exitCode))]
    } catch let error as StoreError {
      return ["error": .string(error.description), "exit": .integer(Int64(error.exitCode))]
    } catch let error as ServiceError {
      return ["error": .string(error.description), "exit": .integer(Int64(error.exitCode))]
    } catch let error as ChannelSetupError {
      return ["error": .string(error.description), "exit": 78]
    } catch {
      return ["error": .string(ErrorText.text(error)), "exit": 74]
    }
  }

  func text(_ name: String, of request: JSON) throws -> String {
    guard let text = request[name]?.stringValue, !text.isEmpty else { throw OperationError.missing(name) }
    return text
  }

  func customer(_ id: String) async throws -> Customer {
    guard let customer = try await store.read({ try $0.customer(id: id) }) else {
      throw OperationError.unknownCustomer(id)
    }
    return customer
  }
}

/// Why a request was not done.
package enum OperationError: Error, Equatable, CustomStringConvertible {
  case unknownCommand(String)
  case daemonRuns(String)
  case missing(String)
  case unknownCustomer(String)
  case unknownTrigger(String, known: [String])
  case unknownTemplate(String, known: [String])
  case unknownChannel(String, known: [String])
  case unknownMessage(String)
  case unknownQuarantine(String)
  case notTaken(item: Int64, reason: String)
  case unusableAddress(reason: String)
  case unusableTime(String)
  case unknownWord(String, of: String, choices: [String])
  case notRenderable(template: String, reason: String)

  package var exitCode: Int32 {
    switch self {
    case .unknownCommand, .missing, .unknownWord, .unusableTime: 64
    case .daemonRuns: 73
    case .unknownCustomer, .unknownTrigger, .unknownTemplate, .unknownChannel, .unknownMessage,
      .unknownQuarantine, .notTaken, .unusableAddress, .notRenderable:
      65
    }
  }

  package var description: String {
    switch self {
    case .unknownCommand(let name):
      "the daemon knows no command '\(name)'; are program and daemon of one version?"
    case .daemonRuns(let name): "'\(name)' works on the store alone; stop the daemon first"
    case .missing(let name): "the \(name) is missing or empty"
    case .unknownCustomer(let id): "there is no customer '\(id)'; ids are the shop's own, as they came in"
    case .unknownTrigger(let id, let known):
      "there is no trigger '\(id)'" + Self.wayOut(of: id, "the triggers are", known)
    case .unknownTemplate(let name, let known):
      "there is no template '\(name)'" + Self.wayOut(of: name, "the templates are", known)
    case .unknownChannel(let name, let known):
      "there is no channel '\(name)'; reprise.yaml has \(known.sorted().joined(separator: ", "))"
        + NearestName.ending(for: name, among: known)
    case .unknownMessage(let uid):
      "there is no ambiguous message '\(uid)'; list them with: reprise status --ambiguous"
    case .unknownWord(let word, let what, let choices):
      "'\(word)' is no \(what); choose one of \(choices.joined(separator: ", "))"
    case .unknownQuarantine(let item):
      "nothing is set aside as '\(item)'; list what is with: reprise quarantine list"
    case .notTaken(let item, let reason):
      "item \(item) was not taken: \(reason); it stays in the quarantine"
    case .unusableAddress(let reason): reason
    case .unusableTime(let text):
      "'\(text)' is no time; write how long ago, as in 2h, or when, as in 2026-03-01T09:00:00Z"
    case .notRenderable(let template, let reason): "template '\(template)' cannot be rendered: \(reason)"
    }
  }

  /// The nearest name, else all there are while one can still look through them.
  private static func wayOut(of name: String, _ words: String, _ known: [String]) -> String {
    if let hint = NearestName.hint(for: name, among: known) { return "; \(hint)" }
    guard (1...20).contains(known.count) else { return "" }
    return "; \(words) \(known.sorted().joined(separator: ", "))"
  }
}
