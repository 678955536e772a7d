internal import Glibc

/// A text by its bytes, for keys of dictionaries and members of sets.
///
/// As a `String` two spellings of one letter are equal, é in one piece and e with an accent; the databases hold them
/// apart, and a sender may well have both.
package struct ExactText: Hashable, Sendable {
  package let text: String

  package init(_ text: String) { self.text = text }

  package static func == (a: ExactText, b: ExactText) -> Bool { a.text.hasSameBytes(as: b.text) }

  package func hash(into hasher: inout Hasher) {
    var text = text
    text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
  }
}

extension String {
  /// Whether both are the same UTF-8, where `==` also takes texts for equal that Unicode spells in two ways.
  package func hasSameBytes(as other: String) -> Bool {
    // The length first, as most differ in it.
    guard utf8.count == other.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { others in
        guard let start = mine.baseAddress, let otherStart = others.baseAddress else { return true }
        return memcmp(start, otherStart, mine.count) == 0
      }
    }
    return isSame.flatMap(\.self) ?? utf8.elementsEqual(other.utf8)
  }
}
