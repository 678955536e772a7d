/// A value that must not be seen: it prints as `<secret>` wherever it ends up, and has to be asked for by
/// name.
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
