/// Why a request failed.
package enum OperationError: Error, Equatable, CustomStringConvertible {
  case unknownCommand(String)
  case daemonRuns(String)
  case missing(String)
  /// The daemon runs with a configuration other than the one that the operator named.
  case otherConfiguration(meant: String, running: String)
  /// The request is malformed in a way that no command line can cause.
  case invalidRequest(JSONMismatch)
  case unknownCustomer(String)
  /// A name in the configuration is used as something that it is not; `order` shows the correct order of the words.
  case misplaced(name: String, kind: String, order: String)
  case unknownTrigger(String, known: [String])
  case unknownSegment(String, known: [String])
  case unknownTemplate(String, known: [String])
  case unknownChannel(String, known: [String])
  case unknownSource(String, known: [String])
  case unknownMessage(String)
  case unknownQuarantine(String)
  case notTaken(item: Int64, reason: String)
  case unusableAddress(reason: String)
  case unusableTime(String)
  case notRenderable(template: String, reason: String)

  package init(_ mismatch: JSONMismatch) {
    self =
      mismatch.problem == .missing
      ? .missing(mismatch.path.joined(separator: ".")) : .invalidRequest(mismatch)
  }

  package var exitCode: Int32 {
    switch self {
    case .unknownCommand, .missing, .invalidRequest, .unusableTime, .otherConfiguration: 64
    case .daemonRuns: 73
    case .unknownCustomer, .unknownTrigger, .unknownSegment, .unknownTemplate, .unknownChannel,
      .unknownSource,
      .unknownMessage, .unknownQuarantine, .notTaken, .unusableAddress, .notRenderable, .misplaced:
      65
    }
  }

  package var description: String {
    switch self {
    case .unknownCommand(let name):
      "the daemon knows no command '\(name)'; are program and daemon of one version?"
    case .daemonRuns(let name): "'\(name)' works on the store alone; stop the daemon first"
    case .otherConfiguration(let meant, let running):
      "the daemon runs with \(running), not with \(meant); nothing was done: name its own with --config, or start it with the other"
    case .missing(let name): "the \(name) is missing or empty"
    case .invalidRequest(let mismatch): "the request is not understood: \(mismatch)"
    case .unknownCustomer(let id): "there is no customer '\(id)'; ids are the shop's own, as they came in"
    case .misplaced(let name, let kind, let order):
      "'\(name)' is a \(kind), and stands in the wrong place; write: reprise \(order)"
    case .unknownTrigger(let id, let known):
      "there is no trigger '\(id)'" + Self.wayOut(of: id, "the triggers are", known)
    case .unknownSegment(let id, let known):
      "there is no segment '\(id)'" + Self.wayOut(of: id, "the segments are", known)
    case .unknownTemplate(let name, let known):
      "there is no template '\(name)'" + Self.wayOut(of: name, "the templates are", known)
    case .unknownChannel(let name, let known):
      "there is no channel '\(name)'; reprise.yaml has \(known.sorted().joined(separator: ", "))"
        + NearestName.ending(for: name, among: known)
    case .unknownSource(let name, let known):
      "there is no source '\(name)' in reprise.yaml" + Self.wayOut(of: name, "the sources are", known)
    case .unknownMessage(let uid):
      "there is no ambiguous message '\(uid)'; list them with: reprise status --ambiguous"
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

  /// Suggests the nearest name, or lists all names if there are few.
  private static func wayOut(of name: String, _ words: String, _ known: [String]) -> String {
    if let hint = NearestName.hint(for: name, among: known) { return "; \(hint)" }
    guard (1...20).contains(known.count) else { return "" }
    return "; \(words) \(known.sorted().joined(separator: ", "))"
  }
}
