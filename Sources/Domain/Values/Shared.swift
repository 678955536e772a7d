/// A value with a single allocation: copying it counts one reference, not those of all its parts. For values
/// of many parts that are copied far more often than changed.
package final class Shared<Value: Sendable>: Sendable {
  package let value: Value

  package init(_ value: Value) { self.value = value }

  /// A changed copy; this one is unchanged.
  package func with(_ change: (inout Value) -> Void) -> Shared {
    var value = value
    change(&value)
    return Shared(value)
  }
}
