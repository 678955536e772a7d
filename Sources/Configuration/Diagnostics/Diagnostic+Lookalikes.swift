extension Diagnostic {
  /// Adds the way out if the mistake is a character such as `：` that only looks like YAML's.
  func namingLookalikes(in source: SourceText?) -> Diagnostic {
    guard severity == .error, file.hasSuffix(".yaml"), let source, line > 0,
      let advice = advice(in: source), !message.contains(advice), hint?.contains(advice) != true
    else { return self }
    var diagnostic = self
    diagnostic.hint = hint.map { "\(advice); \($0)" } ?? advice
    return diagnostic
  }

  private func advice(in source: SourceText) -> String? {
    let text = source.line(line) ?? []
    let start = min(max(0, column - 1), text.count)
    let underlined = text[start...].prefix(min(length, 1000))
    if let advice = Self.structural(underlined[...]) { return advice }
    // YAML often notices only later: a key that never ended, a brace that never opened.
    return [line, line - 1].lazy.compactMap { source.line($0).flatMap { Self.ofStructure($0[...]) } }.first
  }

  /// The first lookalike outside quotes and comments.
  private static func structural(_ text: ArraySlice<Unicode.Scalar>) -> String? {
    var quote: Unicode.Scalar?
    for scalar in text {
      if let open = quote {
        if scalar == open { quote = nil }
      } else if scalar == "\"" || scalar == "'" {
        quote = scalar
      } else if scalar == "#" {
        return nil
      } else if let advice = Lookalike.advice(in: CollectionOfOne(scalar)) {
        return advice
      }
    }
    return nil
  }

  /// A colon right after a key, or a bracket right after a colon.
  private static func ofStructure(_ line: ArraySlice<Unicode.Scalar>) -> String? {
    let key = line.drop { $0 == " " || $0 == "-" }.drop {
      $0.isASCII && ($0.properties.isAlphabetic || $0 == "_")
    }
    guard let first = key.first else { return nil }
    if first == "：" { return Lookalike.advice(in: CollectionOfOne(first)) }
    guard first == ":", let value = key.dropFirst().first(where: { $0 != " " }),
      "｛［".unicodeScalars.contains(value)
    else { return nil }
    return Lookalike.advice(in: CollectionOfOne(value))
  }
}
