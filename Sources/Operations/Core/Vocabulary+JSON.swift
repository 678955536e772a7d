package import Decisioning
package import Domain

extension TriggerID: JSONRepresentable {
  package var json: JSON { .string(rawValue) }
  package init(json: JSON) throws(JSONMismatch) { self.init(try String(json: json)) }
}

extension SegmentID: JSONRepresentable {
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

extension Lack: JSONRepresentable {
  package var json: JSON { .string(word) }

  /// Keeps a name unknown to this version, with a neutral clause.
  package init(json: JSON) throws(JSONMismatch) {
    let word = try String(json: json)
    self =
      TriggerKinds.lack(word) ?? Lack(word, "nothing that is known of this customer makes the trigger fire")
  }
}

extension BreakerState: JSONRepresentable {}
extension EndReason: JSONRepresentable {}
extension EnrollmentState: JSONRepresentable {}
extension Gate: JSONRepresentable {}
extension MembershipReason: JSONRepresentable {}
extension MessageState: JSONRepresentable {}
extension OutcomeClass: JSONRepresentable {}
extension Purpose: JSONRepresentable {}
extension Resolution: JSONRepresentable {}
extension SuppressionReason: JSONRepresentable {}
extension VerdictKind: JSONRepresentable {}
