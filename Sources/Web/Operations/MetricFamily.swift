/// The samples of one metric, as Prometheus groups them.
package struct MetricFamily: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case counter, gauge, histogram
  }

  package struct Label: Hashable, Sendable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  package enum Value: Equatable, Sendable {
    case number(Double)
    /// Ascending upper bounds without `+Inf`, and each bucket's own count, one more than there are bounds.
    case histogram(bounds: [Double], counts: [Int], sum: Double)
  }

  package struct Sample: Equatable, Sendable {
    package var labels: [Label]
    package var value: Value
  }

  /// Such as `reprise_events_total`: lower case, ending in the unit and `_total`, as Prometheus advises.
  package let name: String
  /// One sentence for the operator.
  package let help: String
  package let kind: Kind
  package private(set) var samples: [Sample] = []

  package init(_ kind: Kind, _ name: String, _ help: String) {
    self.kind = kind
    self.name = name
    self.help = help
  }

  /// A family with one sample and no labels.
  package init(_ kind: Kind, _ name: String, _ help: String, value: Double) {
    self.init(kind, name, help)
    add(value)
  }

  package mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
    samples.append(Sample(labels: labels.map { Label($0.key, $0.value) }, value: .number(value)))
  }

  package mutating func add(_ value: Int, _ labels: KeyValuePairs<String, String> = [:]) {
    add(Double(value), labels)
  }

  package mutating func addHistogram(
    bounds: [Double], counts: [Int], sum: Double, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    let value = Value.histogram(bounds: bounds, counts: counts, sum: sum)
    samples.append(Sample(labels: labels.map { Label($0.key, $0.value) }, value: value))
  }
}
