package import Decisioning

extension TriggerKind where Self == CartIdleRule {
  package static func cartIdle(_ after: Duration) -> CartIdleRule { CartIdleRule(after: after) }
}

extension TriggerKind where Self == LapsedRule {
  package static func lapsed(_ after: Duration) -> LapsedRule { LapsedRule(after: after) }
}
