// The standard library's generic comparisons treat canonically equivalent texts as equal. These overloads
// compare by bytes, one for each way that texts are nested in optionals, arrays, dictionaries and tuples.
// `Tests/Acceptance/ExactProgramTests.swift` finds a missing tuple in the built program.

package func ~= (pattern: String, text: String?) -> Bool { text == pattern }
package func ~= (pattern: String, text: Substring?) -> Bool { text == pattern }
package func ~= (pattern: [String], texts: [String]) -> Bool { texts == pattern }

package func == (a: String??, b: String??) -> Bool {
  switch (a, b) {
  case (let a?, let b?): a == b
  case (nil, nil): true
  default: false
  }
}
package func != (a: String??, b: String??) -> Bool { !(a == b) }

package func == (a: Substring?, b: Substring?) -> Bool {
  switch (a, b) {
  case (let a?, let b?): a == b
  case (nil, nil): true
  default: false
  }
}
package func != (a: Substring?, b: Substring?) -> Bool { !(a == b) }
package func == (a: Substring?, b: String) -> Bool { a.map { $0 == b } ?? false }
package func != (a: Substring?, b: String) -> Bool { !(a == b) }
package func < (a: Substring, b: Substring) -> Bool { a.utf8.lexicographicallyPrecedes(b.utf8) }
package func > (a: Substring, b: Substring) -> Bool { b < a }

package func == (a: ArraySlice<String>, b: ArraySlice<String>) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.hasSameBytes(as: $1) }
}
package func != (a: ArraySlice<String>, b: ArraySlice<String>) -> Bool { !(a == b) }
package func == (a: [[String]], b: [[String]]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0 == $1 }
}
package func != (a: [[String]], b: [[String]]) -> Bool { !(a == b) }

extension Dictionary<ExactText, String> {
  package static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && a.allSatisfy { key, text in b[key].map { $0.hasSameBytes(as: text) } ?? false }
  }
  package static func != (a: Self, b: Self) -> Bool { !(a == b) }
}

extension Dictionary<ExactText, [String]> {
  package static func == (a: Self, b: Self) -> Bool {
    a.count == b.count && a.allSatisfy { key, texts in b[key].map { $0 == texts } ?? false }
  }
  package static func != (a: Self, b: Self) -> Bool { !(a == b) }
}

package func min(_ a: String, _ b: String) -> String { b.precedes(a) ? b : a }
package func max(_ a: String, _ b: String) -> String { b.precedes(a) ? a : b }

// MARK: - Tuples

// Pairs of two texts would match both overloads for one text and another type equally well; these win over
// both.
package func == (a: (String, String), b: (String, String)) -> Bool { a.0 == b.0 && a.1 == b.1 }
package func != (a: (String, String), b: (String, String)) -> Bool { !(a == b) }
package func < (a: (String, String), b: (String, String)) -> Bool { a.0 == b.0 ? a.1 < b.1 : a.0 < b.0 }

package func == <A: Equatable>(a: (A, String), b: (A, String)) -> Bool { a.0 == b.0 && a.1 == b.1 }
package func != <A: Equatable>(a: (A, String), b: (A, String)) -> Bool { !(a == b) }
@inlinable
package func < <A: Comparable>(a: (A, String), b: (A, String)) -> Bool {
  a.0 == b.0 ? a.1.precedes(b.1) : a.0 < b.0
}
@inlinable
package func <= <A: Comparable>(a: (A, String), b: (A, String)) -> Bool { !(b < a) }
@inlinable
package func > <A: Comparable>(a: (A, String), b: (A, String)) -> Bool { b < a }
@inlinable
package func >= <A: Comparable>(a: (A, String), b: (A, String)) -> Bool { !(a < b) }

package func == <B: Equatable>(a: (String, B), b: (String, B)) -> Bool { a.0 == b.0 && a.1 == b.1 }
package func != <B: Equatable>(a: (String, B), b: (String, B)) -> Bool { !(a == b) }
package func < <B: Comparable>(a: (String, B), b: (String, B)) -> Bool {
  a.0 == b.0 ? a.1 < b.1 : a.0 < b.0
}

package func < <A: Comparable, B: Comparable>(a: (A, B, String), b: (A, B, String)) -> Bool {
  (a.0, a.1) == (b.0, b.1) ? a.2 < b.2 : (a.0, a.1) < (b.0, b.1)
}
package func < <B: Comparable, C: Comparable>(a: (String, B, C), b: (String, B, C)) -> Bool {
  a.0 == b.0 ? (a.1, a.2) < (b.1, b.2) : a.0 < b.0
}
package func < <B: Comparable>(a: (String, B, String), b: (String, B, String)) -> Bool {
  a.0 == b.0 ? (a.1, a.2) < (b.1, b.2) : a.0 < b.0
}
package func < <A: Comparable, B: Comparable, C: Comparable>(
  a: (A, B, C, String), b: (A, B, C, String)
) -> Bool {
  (a.0, a.1, a.2) == (b.0, b.1, b.2) ? a.3 < b.3 : (a.0, a.1, a.2) < (b.0, b.1, b.2)
}
