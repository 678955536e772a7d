/// libcurl's result of a transfer: a fact for the log, which the adapters classify.
package struct CurlCode: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
  package let rawValue: Int32

  package init(rawValue: Int32) { self.rawValue = rawValue }

  package static let ok = CurlCode(rawValue: 0)
  package static let unsupportedProtocol = CurlCode(rawValue: 1)
  package static let couldNotResolveHost = CurlCode(rawValue: 6)
  package static let couldNotConnect = CurlCode(rawValue: 7)
  package static let weirdServerReply = CurlCode(rawValue: 8)
  package static let remoteAccessDenied = CurlCode(rawValue: 9)
  package static let partialFile = CurlCode(rawValue: 18)
  package static let writeError = CurlCode(rawValue: 23)
  package static let timedOut = CurlCode(rawValue: 28)
  package static let tlsConnectError = CurlCode(rawValue: 35)
  package static let abortedByCallback = CurlCode(rawValue: 42)
  package static let gotNothing = CurlCode(rawValue: 52)
  package static let sendError = CurlCode(rawValue: 55)
  package static let receiveError = CurlCode(rawValue: 56)
  package static let peerFailedVerification = CurlCode(rawValue: 60)
  package static let tlsUnavailable = CurlCode(rawValue: 64)
  package static let sendFailedRewind = CurlCode(rawValue: 65)
  package static let loginDenied = CurlCode(rawValue: 67)
  package static let remoteFileNotFound = CurlCode(rawValue: 78)
  /// Any other error of an SSH server.
  package static let ssh = CurlCode(rawValue: 79)
  /// The file of trusted authorities cannot be read or is empty.
  package static let badAuthorityFile = CurlCode(rawValue: 77)

  /// The symbol of curl.h without its prefix, in lower case: `couldnt_resolve_host`. Stable, suitable as a
  /// metric label; `curl_N` for a code missing in this table.
  package var description: String {
    switch rawValue {
    case 0: "ok"
    case 1: "unsupported_protocol"
    case 3: "url_malformat"
    case 5: "couldnt_resolve_proxy"
    case 6: "couldnt_resolve_host"
    case 7: "couldnt_connect"
    case 8: "weird_server_reply"
    case 9: "remote_access_denied"
    case 16: "http2"
    case 18: "partial_file"
    case 23: "write_error"
    case 26: "read_error"
    case 27: "out_of_memory"
    case 28: "operation_timedout"
    case 35: "ssl_connect_error"
    case 42: "aborted_by_callback"
    case 43: "bad_function_argument"
    case 47: "too_many_redirects"
    case 52: "got_nothing"
    case 53: "ssl_engine_notfound"
    case 55: "send_error"
    case 56: "recv_error"
    case 58: "ssl_certproblem"
    case 59: "ssl_cipher"
    case 60: "peer_failed_verification"
    case 61: "bad_content_encoding"
    case 63: "filesize_exceeded"
    case 64: "use_ssl_failed"
    case 65: "send_fail_rewind"
    case 67: "login_denied"
    case 78: "remote_file_not_found"
    case 79: "ssh"
    case 77: "ssl_cacert_badfile"
    case 83: "ssl_issuer_error"
    case 90: "ssl_pinnedpubkeynotmatch"
    case 91: "ssl_invalidcertstatus"
    case 92: "http2_stream"
    case 94: "auth_error"
    default: "curl_\(rawValue)"
    }
  }
}
