/// Something an operator asks of Reprise, with everything needed to do it.
///
/// A new one is a file here (request and answer), a function in Service that answers it, a command in `reprise`, and a
/// line in each of three lists: `OperatorRequests.all`, the handlers in Service and the commands of the program.
package protocol OperatorRequest: JSONRecord {
  associatedtype Answer: JSONRepresentable
  /// Its name on the control socket.
  static var name: String { get }
  static var effect: RequestEffect { get }
  static var place: RequestPlace { get }
  /// Whether its answer is about the files of the configuration, so that a daemon with other ones cannot give it.
  static var isAboutConfiguration: Bool { get }
}

extension OperatorRequest {
  package static var place: RequestPlace { .anywhere }
  package static var isAboutConfiguration: Bool { false }

  /// As it goes over the control socket: its fields, and its name as `command`.
  package var message: JSON { message(meaning: nil) }

  /// The same with the configuration that the operator means, where that makes a difference.
  ///
  /// - Parameter configuration: its directory, without symbolic links; `nil` when none was named.
  package func message(meaning configuration: String?) -> JSON {
    var members = [JSONObject.Member(key: "command", value: .string(Self.name))]
    members += jsonObject.members
    if Self.isAboutConfiguration, let configuration {
      members.append(.init(key: OperatorRequests.configurationKey, value: .string(configuration)))
    }
    return .object(JSONObject(members: members))
  }
}

/// A request whose answer may be too large for one message: one object, which comes in parts that are objects as well.
/// Their members are its members, in order; lists that follow each other under one name belong together.
package protocol PartedRequest: OperatorRequest where Answer == JSON {}

/// What a request does to the store.
package enum RequestEffect: Sendable {
  /// Nothing: it only looks.
  case look
  /// Changes what the store holds.
  case change
  /// Holds or releases a trigger, which may be one that the store has not seen yet.
  case steer
  /// Changes nothing, but sends a message, for which it needs the secrets of a channel.
  case send
  /// Accepts a store that was put back from a backup.
  case restore
}

/// Where a request can be answered.
package enum RequestPlace: Sendable {
  /// By the daemon; when none runs, by the process that asks.
  case anywhere
  case daemon
  /// By the process that asks, while no daemon runs.
  case store
}
