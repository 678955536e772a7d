internal import Glibc

extension String {
  /// Whether both are the same UTF-8; `==` of the standard library also accepts canonically equivalent texts.
  @inlinable
  package func hasSameBytes(as other: String) -> Bool {
    // Shared storage, or a short text inside the value itself: no bytes need to be read.
    if unsafeBitCast(self, to: (UInt64, UInt64).self) == unsafeBitCast(other, to: (UInt64, UInt64).self) {
      return true
    }
    // The length first, since most texts differ there.
    return utf8.count == other.utf8.count && hasSameLongBytes(as: other)
  }

  /// `hasSameBytes`, for texts of the same length.
  @usableFromInline
  func hasSameLongBytes(as other: String) -> Bool {
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { others in
        guard let start = mine.baseAddress, let otherStart = others.baseAddress else { return true }
        return memcmp(start, otherStart, mine.count) == 0
      }
    }
    return isSame.flatMap(\.self) ?? utf8.elementsEqual(other.utf8)
  }

  /// Whether this sorts first in byte order, which is also code point order.
  @usableFromInline
  package func precedes(_ other: String) -> Bool {
    let order = utf8.withContiguousStorageIfAvailable { mine in
      other.utf8.withContiguousStorageIfAvailable { others in
        let common = min(mine.count, others.count)
        guard let start = mine.baseAddress, let otherStart = others.baseAddress, common > 0,
          case let order = memcmp(start, otherStart, common), order != 0
        else { return mine.count < others.count }
        return order < 0
      }
    }
    return order.flatMap(\.self) ?? utf8.lexicographicallyPrecedes(other.utf8)
  }

  package func hasPrefix(_ start: String) -> Bool {
    guard utf8.count >= start.utf8.count else { return false }
    let isSame = utf8.withContiguousStorageIfAvailable { mine in
      start.utf8.withContiguousStorageIfAvailable { starts in
        guard let own = mine.baseAddress, let other = starts.baseAddress else { return true }
        return memcmp(own, other, starts.count) == 0
      }
    }
    return isSame.flatMap(\.self) ?? utf8.starts(with: start.utf8)
  }

  package func hasSuffix(_ end: String) -> Bool {
    utf8.count >= end.utf8.count && utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
  }
}

extension Substring {
  package func hasPrefix(_ start: String) -> Bool { utf8.starts(with: start.utf8) }

  package func hasSuffix(_ end: String) -> Bool {
    utf8.count >= end.utf8.count && utf8.suffix(end.utf8.count).elementsEqual(end.utf8)
  }
}

extension Substring {
  /// Without the surrounding spaces.
  package var withoutSpaces: Substring { trimming { $0 == 0x20 } }

  /// Without the surrounding spaces and tabs.
  package var withoutBlanks: Substring { trimming { $0 == 0x20 || $0 == 0x09 } }

  private func trimming(_ isLeftOut: (UInt8) -> Bool) -> Substring {
    guard let start = utf8.firstIndex(where: { !isLeftOut($0) }),
      let last = utf8.lastIndex(where: { !isLeftOut($0) })
    else { return self[endIndex...] }
    return self[start..<utf8.index(after: last)]
  }
}

extension StringProtocol {
  /// The part before the first byte matching `isEnd`, or all of it; `isEnd` must match ASCII only.
  package func prefix(before isEnd: (UInt8) -> Bool) -> SubSequence {
    self[..<(utf8.firstIndex(where: isEnd) ?? endIndex)]
  }

  /// Without the ASCII characters matching `isLeftOut`.
  package func omitting(_ isLeftOut: (UInt8) -> Bool) -> String {
    String(decoding: utf8.filter { $0 >= 0x80 || !isLeftOut($0) }, as: UTF8.self)
  }
}

extension Character {
  func hasSameBytes(as other: Character) -> Bool { String(self).hasSameBytes(as: String(other)) }
}

extension Hasher {
  @inlinable
  package mutating func combine(_ text: String) {
    var text = text
    text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
    // This byte never occurs in UTF-8, so the next value in the hash cannot run into the text.
    combine(0xFF as UInt8)
  }

  @inlinable
  package mutating func combine(_ text: String?) {
    guard let text else { return combine(0 as UInt8) }
    combine(text)
  }

  @inlinable
  package mutating func combine(_ texts: [String]) {
    combine(texts.count)
    for text in texts { combine(text) }
  }
}
