/// Collects a body as it arrives.
struct HTTPBodyReader {
  private enum Framing {
    case length(left: Int)
    case chunked(ChunkedBody)
  }

  private var framing: Framing
  private(set) var body: [UInt8] = []

  /// - Parameter length: the announced length; `nil` for chunks.
  init(length: Int?) {
    framing = length.map { .length(left: $0) } ?? .chunked(ChunkedBody())
    // A long body is only announced so far.
    body.reserveCapacity(min(length ?? 0, BodyRoom.free))
  }

  var isDone: Bool {
    switch framing {
    case .length(let left): left == 0
    case .chunked(let chunks): chunks.isDone
    }
  }

  /// - Returns: how many of the bytes belong to the body.
  mutating func take(
    _ bytes: UnsafeRawBufferPointer, maximum: Int
  ) throws(ChunkedBody.Problem) -> Int {
    switch framing {
    case .length(let left):
      let count = min(left, bytes.count)
      body.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
      framing = .length(left: left - count)
      return count
    case .chunked(var chunks):
      defer { framing = .chunked(chunks) }
      return try chunks.take(bytes, room: maximum - body.count) { body.append(contentsOf: $0) }
    }
  }
}
