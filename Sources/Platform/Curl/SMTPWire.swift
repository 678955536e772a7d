internal import CCurl
internal import Glibc

/// The bytes of a connection that libcurl has made: through the socket itself where they are plain, else through libcurl,
/// which encrypts them.
struct SMTPWire {
  let handle: CurlHandle
  /// -1 while there is no connection.
  private(set) var descriptor: Int32 = -1
  private var isPlain = false

  init(_ handle: CurlHandle) { self.handle = handle }

  /// Whether what is read may be a part of what is there: libcurl keeps what it has decrypted, and no poll tells of it.
  var keepsBytes: Bool { !isPlain }

  /// Takes over the socket of a handle that is connected. - Returns: `false` when there is none, or the server has said
  /// more than it was asked.
  mutating func open(isPlain: Bool) -> Bool {
    var socket: curl_socket_t = -1
    guard ccurl_get_socket(handle.raw, &socket) == CURLE_OK, socket >= 0 else { return false }
    descriptor = socket
    self.isPlain = isPlain
    // The first call binds the connection to this handle; an unbound one may be closed by libcurl as idle.
    var byte: UInt8 = 0
    var count = 0
    _ = curl_easy_recv(handle.raw, &byte, 1, &count)
    return count == 0
  }

  mutating func close() { descriptor = -1 }

  /// Bytes written, 0 when the socket is full, -1 when it is broken.
  func write(_ bytes: [UInt8], from start: Int, to end: Int) -> Int {
    bytes.withUnsafeBytes { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      if isPlain {
        let count = send(descriptor, base + start, end - start, Int32(MSG_NOSIGNAL))
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : -1
      }
      var count = 0
      switch curl_easy_send(handle.raw, base + start, end - start, &count) {
      case CURLE_OK: return count
      case CURLE_AGAIN: return 0
      default: return -1
      }
    }
  }

  /// Bytes read, 0 when there are none now, -1 at the end or on an error.
  func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    if isPlain {
      let count = recv(descriptor, base, buffer.count, 0)
      if count > 0 { return count }
      return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1
    }
    var count = 0
    switch curl_easy_recv(handle.raw, base, buffer.count, &count) {
    case CURLE_OK: return count > 0 ? count : -1
    case CURLE_AGAIN: return 0
    default: return -1
    }
  }
}
