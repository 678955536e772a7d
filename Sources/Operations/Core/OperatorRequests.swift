/// All requests.
package enum OperatorRequests {
  package static let all: [any OperatorRequest.Type] = [
    StatusRequest.self, MessagesRequest.self, ExplainRequest.self, PreviewRequest.self, SendTestRequest.self,
    NamesRequest.self, PauseRequest.self, ResumeRequest.self, ReloadRequest.self,
    SourcesRequest.self, SegmentsRequest.self, SegmentMembersRequest.self,
    AmbiguousRequest.self, ResolveRequest.self, ResolveManyRequest.self,
    QuarantineListRequest.self, QuarantineRetryRequest.self, QuarantineDropRequest.self,
    UnsubscribeRequest.self, SuppressRequest.self, UnsuppressRequest.self,
    ExportRequest.self, ExportListRequest.self, ForgetRequest.self, RestoredRequest.self,
  ]

  package static func type(named name: String) -> (any OperatorRequest.Type)? {
    all.first { $0.name == name }
  }

  static let configurationKey = "configuration"

  /// The directory of the configuration that the sender means; `nil` if it named none.
  package static func configuration(in message: JSON) -> String? { message[configurationKey]?.stringValue }

  /// The name of the request in a message of the control socket.
  package static func name(in message: JSON) throws(OperationError) -> String {
    guard let name = message["command"]?.stringValue else { throw .missing("command") }
    return name
  }
}

extension OperatorRequest {
  /// Reads a message whose `command` is already known to be this request.
  package init(message: JSON) throws(OperationError) {
    do throws(JSONMismatch) { try self.init(json: message) } catch { throw OperationError(error) }
  }
}
