internal import CCurl
internal import Glibc

/// The byte stream of a connection that libcurl has opened: plain text directly through the socket, TLS
/// through libcurl.
struct SMTPWire {
  let handle: CurlHandle
  /// -1 if there is no connection.
  private(set) var descriptor: Int32 = -1
  private var isPlain = false

  init(_ handle: CurlHandle) { self.handle = handle }

  /// Whether a read may leave bytes behind that poll does not report: libcurl buffers what it has decrypted.
  var keepsBytes: Bool { !isPlain }

  /// Takes over the socket of a connected handle. - Returns: `false` if there is none, or the server has sent
  /// more than expected.
  mutating func open(isPlain: Bool) -> Bool {
    var socket: curl_socket_t = -1
    guard ccurl_get_socket(handle.raw, &socket) == CURLE_OK, socket >= 0 else { return false }
    descriptor = socket
    self.isPlain = isPlain
    // The first call binds the connection to this handle; libcurl may close an unbound one as idle.
    var byte: UInt8 = 0
    var count = 0
    _ = curl_easy_recv(handle.raw, &byte, 1, &count)
    return count == 0
  }

  mutating func close() { descriptor = -1 }

  /// Returns the bytes written, 0 if the socket is full, -1 if the connection is broken.
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

  /// Returns the bytes read, 0 if there are none yet, -1 at the end or on an error.
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
