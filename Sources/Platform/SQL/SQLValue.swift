/// One value of a statement or a column, as both stores know it.
package enum SQLValue: Hashable, Sendable {
  case null
  case integer(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])

  /// `nil` becomes `null`.
  package static func integer(_ value: Int64?) -> SQLValue { value.map { .integer($0) } ?? .null }
  /// `nil` becomes `null`.
  package static func real(_ value: Double?) -> SQLValue { value.map { .real($0) } ?? .null }
  /// `nil` becomes `null`.
  package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }
  /// `nil` becomes `null`.
  package static func blob(_ value: [UInt8]?) -> SQLValue { value.map { .blob($0) } ?? .null }
  /// Both stores keep a truth value as the integers 1 and 0.
  package static func bool(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(floatLiteral value: Double) { self = .real(value) }
  package init(stringLiteral value: String) { self = .text(value) }
}
