internal import CYaml

/// An event of libyaml's parser.
enum YAMLEvent {
  case documentStart
  case documentEnd
  case streamStart
  case streamEnd
  case alias(name: String)
  case scalar(YAMLScalar, anchor: String?, tag: String?)
  case sequenceStart(anchor: String?, tag: String?)
  case mappingStart(anchor: String?, tag: String?)
  case sequenceEnd
  case mappingEnd
}

/// libyaml's event parser over a text in memory.
///
/// Owns the C parser and frees it; every event is freed before `next` returns. For one thread, within the
/// scope of its buffer.
struct YAMLParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: YAMLText

  /// Returns `nil` if memory is exhausted. `buffer` holds the bytes of `text` and must outlive the parser.
  init?(text: YAMLText, buffer: UnsafeBufferPointer<UInt8>) {
    parser = .allocate(capacity: 1)
    parser.initialize(to: yaml_parser_t())
    self.text = text
    guard yaml_parser_initialize(parser) == 1 else {
      // After a failed initialisation the C side owns nothing; `deinit` deletes a zeroed parser, which is
      // allowed.
      return nil
    }
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, buffer.baseAddress, buffer.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deinitialize(count: 1)
    parser.deallocate()
  }

  /// The next event with its span. Must not be called again after `streamEnd` or an error.
  mutating func next() throws(YAMLProblem) -> (event: YAMLEvent, span: YAMLSpan) {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
    defer { yaml_event_delete(&event) }
    let span = YAMLSpan(start: mark(event.start_mark), end: mark(event.end_mark))
    return (try translate(event, span), span)
  }

  private func translate(_ event: yaml_event_t, _ span: YAMLSpan) throws(YAMLProblem) -> YAMLEvent {
    switch event.type {
    case YAML_STREAM_START_EVENT: return .streamStart
    case YAML_STREAM_END_EVENT: return .streamEnd
    case YAML_DOCUMENT_START_EVENT: return .documentStart
    case YAML_DOCUMENT_END_EVENT: return .documentEnd
    case YAML_ALIAS_EVENT: return .alias(name: string(event.data.alias.anchor) ?? "")
    case YAML_SEQUENCE_START_EVENT:
      let data = event.data.sequence_start
      return .sequenceStart(anchor: string(data.anchor), tag: string(data.tag))
    case YAML_MAPPING_START_EVENT:
      let data = event.data.mapping_start
      return .mappingStart(anchor: string(data.anchor), tag: string(data.tag))
    case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
    case YAML_MAPPING_END_EVENT: return .mappingEnd
    case YAML_SCALAR_EVENT:
      let data = event.data.scalar
      let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
      let style: YAMLScalar.Style =
        switch data.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE: .single_quoted
        case YAML_DOUBLE_QUOTED_SCALAR_STYLE: .double_quoted
        case YAML_LITERAL_SCALAR_STYLE: .literal
        case YAML_FOLDED_SCALAR_STYLE: .folded
        default: .plain
        }
      let scalar = YAMLScalar(String(decoding: bytes, as: UTF8.self), style: style)
      return .scalar(scalar, anchor: string(data.anchor), tag: string(data.tag))
    default:
      throw YAMLProblem(.syntax, at: span, "the text cannot be understood here")
    }
  }

  private func string(_ text: UnsafeMutablePointer<yaml_char_t>?) -> String? {
    text.map { String(cString: $0) }
  }

  private func mark(_ mark: yaml_mark_t) -> YAMLMark {
    text.mark(index: Int(mark.index), line: Int(mark.line), column: Int(mark.column))
  }

  private func problem() -> YAMLProblem {
    let state = parser.pointee
    let said = state.problem.map { String(cString: $0) } ?? "out of memory"
    let place = mark(state.problem_mark)
    let position = text.position(of: place)
    let found = position < text.bytes.count ? text.bytes[position] : nil
    let context = state.context.map { String(cString: $0) }
    // An unclosed quote or bracket is reported at its start: its end would be the end of the file.
    let opened = said.contains("end of stream") || said.contains("expected ',' or")
    let start = opened && state.context != nil ? mark(state.context_mark) : place
    let (message, hint) = YAMLSyntaxAdvice.advice(problem: said, context: context, found: found)
    return YAMLProblem(.syntax, at: YAMLSpan(start: start, end: start), message, hint: hint)
  }
}
