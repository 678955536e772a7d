/// Full-width braces of Chinese and Japanese keyboards are not Liquid: `｛｛ name ｝｝` would be printed as written.
extension Parser {
  mutating func refuseWideBraces(in span: Span) {
    var place = span.start
    while let found = widePair(
      from: place, to: span.end, isFirst: { $0 == "{" }, isSecond: { $0 == "{" || $0 == "%" })
    {
      report("'\(source.text(found.span))' is no Liquid; write '\(found.meant)'", at: found.span)
      place = found.span.end
    }
  }

  /// The last part of the error text for an unclosed `{{` or `{%`.
  func wideClosing(of closing: String, after open: Span) -> String {
    let first = closing.unicodeScalars.first
    let found = widePair(
      from: open.end, to: scanner.position, isFirst: { $0 == first }, isSecond: { $0 == "}" })
    return found.map { "; write '\($0.meant)' for '\(source.text($0.span))'" } ?? ""
  }

  /// The first pair of such characters of which at least one is not ASCII.
  private func widePair(
    from start: Int, to end: Int, isFirst: (Unicode.Scalar) -> Bool, isSecond: (Unicode.Scalar) -> Bool
  ) -> (span: Span, meant: String)? {
    // The full-width forms of braces and the percent sign begin with this byte.
    guard start < end, source.bytes[start..<end].contains(0xEF) else { return nil }
    var place = start
    while place < end {
      let (first, next) = scalar(at: place, end)
      if isFirst(first), next < end {
        let (second, after) = scalar(at: next, end)
        if isSecond(second), after - place > 2 {
          return (Span(start: place, end: after), "\(first)\(second)")
        }
      }
      place = next
    }
    return nil
  }

  /// The brace or percent sign at `place` in its ASCII form, or any other character; and the index after it.
  private func scalar(at place: Int, _ end: Int) -> (Unicode.Scalar, next: Int) {
    let bytes = source.bytes
    if bytes[place] == 0xEF, place + 2 < end {
      let wide = String(decoding: bytes[place..<place + 3], as: UTF8.self).unicodeScalars.first
      if let wide, let meant = Lookalike.meant(by: wide) { return (meant, place + 3) }
    }
    return (Unicode.Scalar(bytes[place]), place + 1)
  }
}
