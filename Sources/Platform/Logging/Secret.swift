/// A value that must not leak: it prints as `<secret>` everywhere; only `reveal` returns it.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable,
  LogField
{
  private let value: String

  package init(_ value: String) { self.value = value }

  /// The value itself, for the one call that needs it.
  package func reveal() -> String { value }

  package var description: String { "<secret>" }
  package var debugDescription: String { "<secret>" }
  package var customMirror: Mirror { Mirror(self, children: [:]) }
  package var logValue: LogValue { .string("<secret>") }
}
