package import Domain

/// All IANA zones of the machine, by name.
package struct ZoneCatalog: Sendable {
  private let zones: [ExactText: TimeZoneRules]

  package init(_ zones: [ExactText: TimeZoneRules] = [:]) { self.zones = zones }

  package subscript(name: String) -> TimeZoneRules? { zones[name] }
}
