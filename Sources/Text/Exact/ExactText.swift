/// A text compared by its bytes, for keys of dictionaries and members of sets.
///
/// `String` treats two spellings of one letter as equal: precomposed é, and e with a combining accent. The databases
/// tell them apart, and a sender may use both. `String` also normalises in order to compare, in time quadratic in the
/// length of a run of accents: a request of a few kilobytes could keep a processor busy for minutes. Bytes are
/// compared and hashed in one pass, whatever they are.
@usableFromInline
package struct ExactText: Hashable, Comparable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible
{
  @usableFromInline
  package let text: String

  @inlinable
  package init(_ text: String) { self.text = text }
  @inlinable
  package init(stringLiteral text: String) { self.text = text }

  @inlinable
  package var description: String { text }

  @inlinable
  package static func == (a: ExactText, b: ExactText) -> Bool { a.text.hasSameBytes(as: b.text) }
  @usableFromInline
  package static func < (a: ExactText, b: ExactText) -> Bool { a.text.precedes(b.text) }
  @inlinable
  package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}

extension Dictionary where Key == ExactText {
  @inlinable
  package subscript(text: String) -> Value? {
    get { self[ExactText(text)] }
    set { self[ExactText(text)] = newValue }
    _modify { yield &self[ExactText(text)] }
  }

  @inlinable
  package subscript(text: String, default value: @autoclosure () -> Value) -> Value {
    get { self[ExactText(text)] ?? value() }
    _modify { yield &self[ExactText(text), default: value()] }
  }

  /// A repeated key keeps its last value.
  package init(texts pairs: some Sequence<(String, Value)>) {
    self.init(pairs.lazy.map { (ExactText($0.0), $0.1) }, uniquingKeysWith: { $1 })
  }

  @discardableResult
  @inlinable
  package mutating func removeValue(forKey text: String) -> Value? { removeValue(forKey: ExactText(text)) }
}

extension Set where Element == ExactText {
  package init(texts: some Sequence<String>) { self.init(texts.lazy.map { ExactText($0) }) }

  @inlinable
  package func contains(_ text: String) -> Bool { contains(ExactText(text)) }

  /// Returns whether the text was not yet a member.
  @discardableResult
  @inlinable
  package mutating func insert(_ text: String) -> Bool { insert(ExactText(text)).inserted }

  /// The texts in byte order.
  package var sortedTexts: [String] { sorted().map(\.text) }
}
