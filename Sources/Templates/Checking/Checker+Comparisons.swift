import Domain

/// Comparisons between different kinds of values are never true, or make rendering fail; both are mistakes.
extension Checker {
  mutating func walk(_ condition: ConditionExpression) {
    for comparison in condition.comparisons {
      let left = shape(comparison.left)
      guard let (operation, right) = comparison.test else { continue }
      let other = shape(right)
      guard schema != nil, !comparison.left.isTest, !right.isTest else { continue }
      let mistake =
        switch operation {
        case .equal, .unequal: Comparing(comparison.left, left).equality(with: right, other)
        case .less, .greater, .lessOrEqual, .greaterOrEqual:
          Comparing(comparison.left, left).order(with: right, other)
        case .contains: Comparing(comparison.left, left).containment(of: right, other)
        }
      if let mistake { report(mistake.message, hint: "; \(mistake.hint)", at: comparison.span) }
    }
  }

  /// Checks one value of a `when` against the subject of its `case`.
  mutating func hold(_ subject: Expression, _ shape: Shape, equal value: Expression) {
    let other = self.shape(value)
    guard schema != nil, !subject.isTest, !value.isTest,
      let mistake = Comparing(subject, shape).equality(with: value, other),
      let span = value.path?.span ?? subject.path?.span
    else { return }
    report(mistake.message, hint: "; \(mistake.hint)", at: span)
  }
}

/// One side of a comparison, and what is known about its value.
private struct Comparing {
  typealias Shape = TemplateSchema.Shape

  struct Mistake {
    let message: String
    let hint: String
  }

  private let expression: Expression
  private let shape: Shape

  init(_ expression: Expression, _ shape: Shape) {
    self.expression = expression
    self.shape = shape
  }

  func equality(with right: Expression, _ other: Shape) -> Mistake? {
    let right = Comparing(right, other)
    return mismatch(right) ?? shape.stranger(right) ?? other.stranger(self)
  }

  func order(with right: Expression, _ other: Shape) -> Mistake? {
    let right = Comparing(right, other)
    for side in [self, right] {
      switch side.shape {
      case .list:
        return Mistake(
          message: "\(side.written) is a list, which is neither more nor less than anything",
          hint: "compare its size, or look into it with 'contains'")
      case .object, .extensible:
        return Mistake(
          message: "\(side.written) is an object, which is neither more nor less than anything",
          hint: "compare one of its fields")
      case .value(.truth):
        return Mistake(
          message: "\(side.written) is a truth value, which is neither more nor less than anything",
          hint: "compare it with == or !=")
      case .value, .open: continue
      }
    }
    return mismatch(right)
  }

  func containment(of right: Expression, _ other: Shape) -> Mistake? {
    let part = Comparing(right, other)
    switch shape {
    case .value(.text), .value(.word), .value(.any), .open, .object, .extensible: return nil
    case .value(let kind):
      return Mistake(
        message: "\(written) is \(kind.noun), which contains nothing",
        hint: kind == .truth ? "compare it with == or !=" : "compare it with ==, < or >")
    case .list(let element):
      if element.isSingle {
        return Comparing(expression, element).mismatch(part, as: "entries of \(written) are")
          ?? element.stranger(part)
      }
      guard element.isObject, part.shape.isSingle else { return nil }
      return Mistake(
        message: "\(written) is a list of objects, which never contains \(part.shape.noun)",
        hint: "go through it with 'for' and compare a field of each")
    }
  }

  /// Why values of these kinds are never equal and cannot be ordered; `nil` if they can be.
  private func mismatch(_ other: Comparing, as subject: String? = nil) -> Mistake? {
    guard let left = shape.family, let right = other.shape.family, left != right else { return nil }
    if case (.value(let mine), .value(let theirs)) = (shape, other.shape) {
      if Set([mine, theirs]) == [.number, .money] { return nil }
      if Set([mine, theirs]) == [.time, .text] {
        return unreadableTime(other) ?? other.unreadableTime(self)
      }
    }
    // The author can only change a literal, so the advice is about that.
    if subject == nil, isLiteral, !other.isLiteral { return other.mismatch(self) }
    let mine = subject.map { "\($0) \(shape.plural)" } ?? "\(written) is \(shape.noun)"
    let theirs = "\(other.written) is \(other.shape.noun)"
    return Mistake(message: "\(mine), and \(theirs)", hint: advice(other))
  }

  private func unreadableTime(_ text: Comparing) -> Mistake? {
    guard shape == .value(.time), case .literal(.string(let written)) = text.expression,
      !RenderEnvironment.tellsTime(written)
    else { return nil }
    return Mistake(
      message: "\(self.written) is a time, and \(text.written) tells none",
      hint: "write a time such as \"2026-03-01\" or \"2026-03-01 18:30\"")
  }

  /// What to write instead.
  private func advice(_ given: Comparing) -> String {
    switch (shape, given.expression) {
    case (.value(.number), .literal(.string(let text))), (.value(.money), .literal(.string(let text))):
      let isNumber = !text.isEmpty && Double(text) != nil
      return isNumber ? "write \(text) without quotes" : "compare it with a number such as 3"
    case (.value(.text), .literal(.integer(let number))), (.value(.word), .literal(.integer(let number))):
      return "write \"\(number)\" in quotes"
    case (.value(.number), _), (.value(.money), _): return "compare it with a number such as 3"
    case (.value(.text), _), (.value(.word), _): return "compare it with text in quotes"
    case (.value(.time), _): return "compare it with a time in quotes, such as \"2026-03-01\""
    case (.value(.truth), _): return "compare it with true or false"
    case (.list, _): return "look into it with 'contains', or compare its size"
    case (.object, _), (.extensible, _): return "compare one of its fields"
    case (.value(.any), _), (.open, _): return "compare values of one kind"
    }
  }

  private var isLiteral: Bool { if case .literal = expression { true } else { false } }

  /// The text, if this is one written out.
  fileprivate var literalText: String? {
    if case .literal(.string(let text)) = expression { text } else { nil }
  }

  /// For error texts.
  private var written: String {
    switch expression {
    case .path(let path): "'\(path.text)'"
    case .literal(.string(let text)): "\"\(text)\""
    case .literal(.integer(let number)): String(number)
    case .literal(.number(let number)): String(number)
    case .literal(.bool(let flag)): String(flag)
    case .literal: "this"
    case .range: "the range"
    case .blank: "blank"
    case .empty: "empty"
    }
  }
}

extension TemplateSchema.Shape {
  /// What is known of a value that is either this or another.
  var orAnother: Self { isSingle ? .scalar : .open }

  /// This shape, with single values of unknown kind.
  var untyped: Self {
    switch self {
    case .value: .scalar
    case .list(let element): .list(element.untyped)
    case .object, .extensible, .open: self
    }
  }

  var isSingle: Bool { if case .value = self { true } else { false } }

  var isObject: Bool {
    switch self {
    case .object, .extensible: true
    case .value, .list, .open: false
    }
  }

  /// Values of different families are never equal; `nil` if unknown.
  fileprivate var family: Self? {
    switch self {
    case .value(.any), .open: nil
    case .value(.word): .value(.text)
    case .value: self
    case .list: .list(.open)
    case .object, .extensible: .object([:])
    }
  }

  /// Why a literal is none of the words that this value may be; `nil` if it may be one.
  fileprivate func stranger(_ literal: Comparing) -> Comparing.Mistake? {
    guard case .value(.word(let known)) = self, let word = literal.literalText,
      !known.words.contains(where: { $0.hasSameBytes(as: word) })
    else { return nil }
    return Comparing.Mistake(
      message: "there is no \(known.noun) '\(word)'",
      hint: NearestName.hint(for: word, among: known.words) ?? known.listed)
  }

  fileprivate var noun: String {
    switch self {
    case .value(let kind): kind.noun
    case .list: "a list"
    case .object, .extensible: "an object"
    case .open: "anything"
    }
  }

  fileprivate var plural: String {
    switch self {
    case .value(let kind): kind.plural
    case .list: "lists"
    case .object, .extensible: "objects"
    case .open: "anything"
    }
  }
}

extension TemplateSchema.Shape.Kind {
  /// For error texts.
  package var noun: String {
    switch self {
    case .text, .word: "text"
    case .number: "a number"
    case .truth: "a truth value"
    case .time: "a time"
    case .money: "money"
    case .any: "a value"
    }
  }

  fileprivate var plural: String {
    switch self {
    case .text, .word: "texts"
    case .number: "numbers"
    case .truth: "truth values"
    case .time: "times"
    case .money: "money"
    case .any: "values"
    }
  }
}

extension Value {
  /// The kind of a literal in a template.
  var shapeKind: TemplateSchema.Shape.Kind {
    switch self {
    case .string: .text
    case .integer, .number: .number
    case .bool: .truth
    case .instant: .time
    case .money: .money
    case .null, .array, .object: .any
    }
  }
}
