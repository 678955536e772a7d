/// Finds text in a source line that must not be printed, even if the file could not be parsed.
enum SecretSpotter {
  private static let words = [
    "passw", "passphrase", "passwrod", "secret", "token", "api_key", "apikey", "private_key",
    "write_key", "credential", "signing_key",
  ]

  /// The ranges to hide, in order and without overlaps: values of keys that sound like secrets, unless they
  /// are references, and passwords inside URLs.
  static func secrets(in line: [Unicode.Scalar]) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var index = 0
    while index < line.count {
      if line[index] == ":", isKeyEnd(line, index), let value = value(in: line, after: index) {
        if soundsSecret(line, before: index), !isReference(line, value) { ranges.append(value) }
        // The value is searched below too: it may contain a URL or more keys.
        if let last = ranges.last, last.lowerBound == value.lowerBound {
          index = value.upperBound
          continue
        }
      }
      if let password = urlPassword(in: line, at: index) ?? queryPassword(in: line, at: index) {
        ranges.append(password)
        index = password.upperBound
        continue
      }
      index += 1
    }
    return ranges
  }

  private static func isKeyEnd(_ line: [Unicode.Scalar], _ index: Int) -> Bool {
    index + 1 == line.count || line[index + 1] == " " || line[index + 1] == "\t"
      || (index > 0 && (line[index - 1] == "\"" || line[index - 1] == "'"))
  }

  private static func soundsSecret(_ line: [Unicode.Scalar], before end: Int, from first: Int = 0) -> Bool {
    var start = end
    while start > first, !"{,[ \t".unicodeScalars.contains(line[start - 1]) { start -= 1 }
    var key = String.UnicodeScalarView()
    key.append(contentsOf: line[start..<end])
    let name = String(key).lowercased()
    return words.contains { contains(name, $0) }
  }

  private static func contains(_ text: String, _ word: String) -> Bool {
    let text = Array(text.utf8)
    let word = Array(word.utf8)
    guard text.count >= word.count else { return false }
    return (0...text.count - word.count).contains { text[$0..<$0 + word.count].elementsEqual(word) }
  }

  private static func value(in line: [Unicode.Scalar], after colon: Int) -> Range<Int>? {
    var start = colon + 1
    while start < line.count, line[start] == " " || line[start] == "\t" { start += 1 }
    guard start < line.count else { return nil }
    var end = start
    if line[start] == "\"" || line[start] == "'" {
      end += 1
      while end < line.count, line[end] != line[start] { end += line[end] == "\\" ? 2 : 1 }
      return start..<min(line.count, end + 1)
    }
    // A list of secrets is hidden as a whole; anything else ends at the next entry or a comment.
    let closing: [Unicode.Scalar] = line[start] == "[" ? ["]"] : [",", "}"]
    while end < line.count, !closing.contains(line[end]) {
      if line[end] == "#", line[end - 1] == " " { break }
      end += 1
    }
    if end < line.count, line[end] == "]" { end += 1 }
    while end > start, line[end - 1] == " " { end -= 1 }
    return start..<end
  }

  private static func isReference(_ line: [Unicode.Scalar], _ range: Range<Int>) -> Bool {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: line[range])
    let text = String(view)
    return text.hasPrefix("${") || text.hasPrefix("\"${") || text.hasPrefix("'${")
      || (text.hasPrefix("[\"${") && !range.contains { line[$0] == "," })
      || text.hasPrefix("{") || text.hasPrefix("|") || text.hasPrefix(">")
  }

  /// The password in `://user:password@` at `index`.
  private static func urlPassword(in line: [Unicode.Scalar], at index: Int) -> Range<Int>? {
    guard index + 3 < line.count, line[index] == ":", line[index + 1] == "/", line[index + 2] == "/" else {
      return nil
    }
    var colon: Int?
    var at: Int?
    var end = index + 3
    while end < line.count, !"/?# \"'".unicodeScalars.contains(line[end]) {
      if line[end] == ":", colon == nil { colon = end }
      if line[end] == "@" { at = end }
      end += 1
    }
    guard let colon, let at, colon < at else { return nil }
    return colon + 1..<at
  }

  /// The value of `?password=` or `&api_key=` at `index`.
  private static func queryPassword(in line: [Unicode.Scalar], at index: Int) -> Range<Int>? {
    guard line[index] == "?" || line[index] == "&" else { return nil }
    let end = line[(index + 1)...].firstIndex { "& \t\"'#".unicodeScalars.contains($0) } ?? line.count
    guard let equals = line[(index + 1)..<end].firstIndex(of: "="), equals + 1 < end,
      soundsSecret(line, before: equals, from: index + 1)
    else { return nil }
    return equals + 1..<end
  }
}
