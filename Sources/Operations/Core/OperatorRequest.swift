/// Something an operator asks of Reprise, with everything needed to do it.
///
/// To add one: a file here (request and answer), a function in Service that answers it, a command in
/// `reprise`, and a line in each of three lists: `OperatorRequests.all`, the handlers in Service, and the
/// commands of the program.
package protocol OperatorRequest: JSONRecord {
  associatedtype Answer: JSONRepresentable
  /// Its name on the control socket.
  static var name: String { get }
  static var effect: RequestEffect { get }
  static var place: RequestPlace { get }
  /// Whether the answer depends on the configuration files: a daemon that runs with other files cannot give it.
  static var isAboutConfiguration: Bool { get }
}

extension OperatorRequest {
  package static var place: RequestPlace { .anywhere }
  package static var isAboutConfiguration: Bool { false }

  /// The form on the control socket: the fields, and the name as `command`.
  package var message: JSON { message(meaning: nil) }

  /// The form on the control socket, with the configuration that the operator means, if the answer depends on
  /// it.
  ///
  /// - Parameter configuration: its directory, without symbolic links; `nil` if none was named.
  package func message(meaning configuration: String?) -> JSON {
    var members = [JSONObject.Member(key: "command", value: .string(Self.name))]
    members += jsonObject.members
    if Self.isAboutConfiguration, let configuration {
      members.append(.init(key: OperatorRequests.configurationKey, value: .string(configuration)))
    }
    return .object(JSONObject(members: members))
  }
}

/// A request whose answer may be too large for one message: a JSON object sent in parts, each of them an object.
/// Together, the members of the parts are those of the answer, in order; consecutive lists of the same name are
/// joined.
package protocol PartedRequest: OperatorRequest where Answer == JSON {}

/// What a request does to the store.
package enum RequestEffect: Sendable {
  /// Only reads.
  case look
  /// Changes the contents of the store.
  case change
  /// Pauses or resumes a trigger, which the store may not know yet.
  case steer
  /// Changes nothing, but sends a message, which needs the secrets of a channel.
  case send
  /// Accepts a store restored from a backup.
  case restore
}

/// Where a request can be answered.
package enum RequestPlace: Sendable {
  /// By the daemon; if none runs, by the calling process.
  case anywhere
  case daemon
  /// By the calling process, and only while no daemon runs.
  case store
}
