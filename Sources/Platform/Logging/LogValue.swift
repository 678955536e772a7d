/// The value of a log field.
package enum LogValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
}

/// A type that can be a log field.
package protocol LogField: Sendable {
  var logValue: LogValue { get }
}

extension LogValue: LogField { package var logValue: LogValue { self } }
extension String: LogField { package var logValue: LogValue { .string(self) } }
extension Substring: LogField { package var logValue: LogValue { .string(String(self)) } }
extension StaticString: LogField { package var logValue: LogValue { .string(description) } }
extension Bool: LogField { package var logValue: LogValue { .bool(self) } }
extension Double: LogField { package var logValue: LogValue { .number(self) } }
extension Int: LogField { package var logValue: LogValue { .integer(Int64(self)) } }
extension Int64: LogField { package var logValue: LogValue { .integer(self) } }
extension Int32: LogField { package var logValue: LogValue { .integer(Int64(self)) } }
extension UInt32: LogField { package var logValue: LogValue { .integer(Int64(self)) } }
extension UInt16: LogField { package var logValue: LogValue { .integer(Int64(self)) } }
extension UInt64: LogField { package var logValue: LogValue { .integer(Int64(clamping: self)) } }
/// Seconds, to the millisecond.
extension Duration: LogField {
  package var logValue: LogValue { .number(Double(inMilliseconds) / 1000) }
}
extension Optional: LogField where Wrapped: LogField {
  package var logValue: LogValue { self?.logValue ?? .null }
}
/// The elements joined by commas.
extension Array: LogField where Element: LogField {
  package var logValue: LogValue { .string(map { $0.logValue.plainText }.joined(separator: ",")) }
}

extension LogValue {
  /// Without quotes and escapes; empty for null.
  package var plainText: String {
    switch self {
    case .null: ""
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let text): text
    }
  }
}
