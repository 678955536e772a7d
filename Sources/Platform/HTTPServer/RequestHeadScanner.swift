/// Finds the end of a request's head as bytes arrive, and accepts only heads with one possible interpretation.
///
/// Lines end with CR LF only, and contain no control character but the tab: at a bare LF, a bare CR or a NUL,
/// two programs can read two different requests (RFC 9112, sections 2.2 and 11.2).
struct RequestHeadScanner {
  private let maximumBytes: Int
  private var position = 0
  private var lineStart = 0
  private var isFirstLine = true

  init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

  /// - Parameter bytes: all bytes of the request so far; those seen before are not scanned again.
  /// - Returns: the length of the head with its empty line; `nil` if it is incomplete.
  mutating func scan(_ bytes: [UInt8]) throws(HTTPHeadCheck.Problem) -> Int? {
    while position < bytes.count {
      guard position < maximumBytes else { throw tooLong }
      switch bytes[position] {
      case 0x0D:
        // The next byte may still arrive.
        guard position + 1 < bytes.count else { return nil }
        guard bytes[position + 1] == 0x0A else {
          throw HTTPHeadCheck.Problem(status: 400, text: "a CR without LF in the head")
        }
        let isEmpty = position == lineStart
        position += 2
        lineStart = position
        if !isEmpty {
          isFirstLine = false
        } else if !isFirstLine {
          return position
        } else if position > 2 {
          throw HTTPHeadCheck.Problem(status: 400, text: "no request line")
        }
      case 0x0A: throw HTTPHeadCheck.Problem(status: 400, text: "an LF without CR in the head")
      case 0: throw HTTPHeadCheck.Problem(status: 400, text: "a NUL in the head")
      case 0x01...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F:
        throw HTTPHeadCheck.Problem(status: 400, text: "a control character in the head")
      case 0x09 where isFirstLine:
        throw HTTPHeadCheck.Problem(status: 400, text: "a control character in the head")
      default: position += 1
      }
    }
    return nil
  }

  private var tooLong: HTTPHeadCheck.Problem {
    isFirstLine
      ? HTTPHeadCheck.Problem(status: 414, text: "a request line of more than \(maximumBytes) bytes")
      : HTTPHeadCheck.Problem(status: 431, text: "headers of more than \(maximumBytes) bytes")
  }
}
