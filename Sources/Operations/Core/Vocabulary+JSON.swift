package import Decisioning
package import Domain

extension TriggerID: JSONRepresentable {
  package var json: JSON { .string(rawValue) }
  package init(json: JSON) throws(JSONMismatch) { self.init(try String(json: json)) }
}

extension StepID: JSONRepresentable {
  package var json: JSON { .string(rawValue) }
  package init(json: JSON) throws(JSONMismatch) { self.init(try String(json: json)) }
}

extension ChannelName: JSONRepresentable {
  package var json: JSON { .string(rawValue) }
  package init(json: JSON) throws(JSONMismatch) { self.init(try String(json: json)) }
}

extension BreakerState: JSONRepresentable {}
extension EndReason: JSONRepresentable {}
extension EnrollmentState: JSONRepresentable {}
extension Gate: JSONRepresentable {}
extension Lack: JSONRepresentable {}
extension MessageState: JSONRepresentable {}
extension OutcomeClass: JSONRepresentable {}
extension Purpose: JSONRepresentable {}
extension Resolution: JSONRepresentable {}
extension SuppressionReason: JSONRepresentable {}
extension VerdictKind: JSONRepresentable {}
