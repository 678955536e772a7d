// Every target sees this module without importing it (`Package.swift`), and its declarations shadow those of the
// standard library. So `==` and the other operators compare texts by bytes throughout the program, including in
// members that the compiler synthesizes. Generic code of the standard library is not covered, above all the hashing of
// sets and dictionaries: use `ExactText` as the key there, which `make check` enforces.
//
// `Character` has no operators here: next to a literal (`text.first == " "`) the compiler always picks those of the
// standard library, so operators here would only appear to be exact. Compare bytes instead (`text.utf8.first`).
// `Tests/Acceptance/ExactProgramTests.swift` searches the built program for anything that slips through.

extension String {
  @inlinable
  package static func == (a: String, b: String) -> Bool { a.hasSameBytes(as: b) }
  @inlinable
  package static func != (a: String, b: String) -> Bool { !a.hasSameBytes(as: b) }
  @inlinable
  package static func ~= (pattern: String, text: String) -> Bool { pattern.hasSameBytes(as: text) }
  @inlinable
  package static func ~= (pattern: String, text: Substring) -> Bool { text == pattern }
  package static func < (a: String, b: String) -> Bool { a.precedes(b) }
  package static func > (a: String, b: String) -> Bool { b.precedes(a) }
  package static func <= (a: String, b: String) -> Bool { !b.precedes(a) }
  package static func >= (a: String, b: String) -> Bool { !a.precedes(b) }
}

@inlinable
package func == (a: String?, b: String?) -> Bool {
  switch (a, b) {
  case (let a?, let b?): a.hasSameBytes(as: b)
  case (nil, nil): true
  default: false
  }
}
@inlinable
package func != (a: String?, b: String?) -> Bool { !(a == b) }
@inlinable
package func == (a: String?, b: String) -> Bool { a.map { $0.hasSameBytes(as: b) } ?? false }
@inlinable
package func != (a: String?, b: String) -> Bool { !(a == b) }
@inlinable
package func == (a: String, b: String?) -> Bool { b == a }
@inlinable
package func != (a: String, b: String?) -> Bool { !(b == a) }

@inlinable
package func == (a: Substring, b: Substring) -> Bool { a.utf8.elementsEqual(b.utf8) }
@inlinable
package func != (a: Substring, b: Substring) -> Bool { !(a == b) }
@inlinable
package func == (a: Substring, b: String) -> Bool { a.utf8.elementsEqual(b.utf8) }
@inlinable
package func != (a: Substring, b: String) -> Bool { !(a == b) }
@inlinable
package func == (a: String, b: Substring) -> Bool { a.utf8.elementsEqual(b.utf8) }
@inlinable
package func != (a: String, b: Substring) -> Bool { !(a == b) }

@inlinable
package func == (a: [String], b: [String]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBytes(as: $1) }
}
@inlinable
package func != (a: [String], b: [String]) -> Bool { !(a == b) }
@inlinable
package func == (a: [String]?, b: [String]?) -> Bool {
  switch (a, b) {
  case (let a?, let b?): a == b
  case (nil, nil): true
  default: false
  }
}
@inlinable
package func != (a: [String]?, b: [String]?) -> Bool { !(a == b) }

extension Sequence<String> {
  @inlinable
  package func contains(_ text: String) -> Bool { contains { $0.hasSameBytes(as: text) } }
  package func sorted() -> [String] { sorted { $0.precedes($1) } }
  package func min() -> String? { self.min { $0.precedes($1) } }
  package func max() -> String? { self.max { $0.precedes($1) } }
}

extension Collection<String> {
  package func firstIndex(of text: String) -> Index? { firstIndex { $0.hasSameBytes(as: text) } }
}

extension MutableCollection<String> where Self: RandomAccessCollection {
  package mutating func sort() { sort { $0.precedes($1) } }
}

extension StringProtocol {
  package func firstRange(of part: String) -> Range<Index>? {
    guard let first = part.utf8.first else { return startIndex..<startIndex }
    var start = utf8.startIndex
    while let found = utf8[start...].firstIndex(of: first) {
      if utf8[found...].starts(with: part.utf8) {
        return found..<utf8.index(found, offsetBy: part.utf8.count)
      }
      start = utf8.index(after: found)
    }
    return nil
  }
  package func contains(_ part: String) -> Bool { firstRange(of: part) != nil }

  package func contains(_ character: Character) -> Bool { contains { $0.hasSameBytes(as: character) } }
  package func firstIndex(of character: Character) -> Index? {
    firstIndex { $0.hasSameBytes(as: character) }
  }
  package func lastIndex(of character: Character) -> Index? { lastIndex { $0.hasSameBytes(as: character) } }
  package func split(
    separator: Character, maxSplits: Int = .max, omittingEmptySubsequences: Bool = true
  ) -> [SubSequence] {
    split(maxSplits: maxSplits, omittingEmptySubsequences: omittingEmptySubsequences) {
      $0.hasSameBytes(as: separator)
    }
  }

  /// The parts between the occurrences of `part`, empty ones included; the whole text if `part` is empty.
  package func pieces(between part: String) -> [SubSequence] {
    var parts: [SubSequence] = []
    var rest = self[...]
    while !part.isEmpty, let found = rest.firstRange(of: part) {
      parts.append(rest[..<found.lowerBound])
      rest = rest[found.upperBound...]
    }
    return parts + [rest]
  }

  /// Replaces each occurrence of `part`, from left to right; unchanged if `part` is empty.
  package func replacing(_ part: String, with other: String) -> String {
    pieces(between: part).map { String($0) }.joined(separator: other)
  }
}

extension RawRepresentable<String> where Self: CaseIterable {
  /// The case with this raw value. The compiler's own `init(rawValue:)` would normalise a stranger's text.
  @inlinable
  package init?(word: String) {
    guard let match = Self.allCases.first(where: { $0.rawValue.hasSameBytes(as: word) }) else { return nil }
    self = match
  }
}
