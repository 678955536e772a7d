package import Domain
package import Templates

/// A name below `customer` that exists only where the configuration defines it.
///
/// A shop's attribute of the same name stays under `customer.attributes`.
package struct CustomerName: Sendable {
  package let name: String
  package let shape: TemplateSchema.Shape
  /// What its value is made of.
  package let reads: StateParts
  /// The value for a customer, and the next instant at which time alone changes it.
  let value: @Sendable (borrowing AudienceScope) -> (value: Value?, nextChange: Instant?)

  init(
    _ name: String, _ shape: TemplateSchema.Shape, reads: StateParts,
    value: @escaping @Sendable (borrowing AudienceScope) -> (value: Value?, nextChange: Instant?)
  ) {
    self.name = name
    self.shape = shape
    self.reads = reads
    self.value = value
  }

  init(_ measure: Measure) {
    self.init(measure.name, measure.shape, reads: measure.reads) { scope in
      let (value, next) = measure.value(in: scope)
      return (value, next)
    }
  }

  /// The names of the segments that the customer is in, sorted.
  ///
  /// - Parameter all: the segments that there are, sorted.
  package static func segments(of all: [String]) -> CustomerName {
    let shape = TemplateSchema.Shape.list(.value(.word(TemplateSchema.Vocabulary(of: "segment", all))))
    return CustomerName(segmentsName, shape, reads: [.memberships]) { scope in
      let names = scope.state.memberships.filter { $0.value.isMember }.keys.sorted().map(\.rawValue)
      return (.array(names.map { .string($0) }), nil)
    }
  }

  package static let segmentsName = "segments"

  /// Names that no measure may have: they belong to what may be configured besides.
  package static let reserved: Set<ExactText> = [
    "stage", "rfm", "value_layer", "price_sensitivity", "days_since_order", "segments", "predicted", "points",
    "points_pending", "points_expiring", "points_worth", "tier", "tier_next", "referral_url", "coupons",
  ]
}
