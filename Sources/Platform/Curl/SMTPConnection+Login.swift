internal import CCurl

/// Connecting and logging in, which libcurl does.
extension SMTPConnection {
  /// Prepares the handle for libcurl to connect, greet and log in.
  func prepare() {
    let scheme = configuration.security == .implicitTLS ? "smtps" : "smtp"
    let host =
      configuration.host.utf8.contains(UInt8(ascii: ":")) ? "[\(configuration.host)]" : configuration.host
    handle.set(.url, "\(scheme)://\(host):\(configuration.port)/\(configuration.clientName ?? "")")
    handle.set(.protocols, "smtp,smtps")
    handle.set(.connectOnly, 1)
    switch configuration.security {
    case .implicitTLS, .startTLS: handle.set(.useTLS, Int(CURLUSESSL_ALL.rawValue))
    case .opportunistic: handle.set(.useTLS, Int(CURLUSESSL_TRY.rawValue))
    case .none: handle.set(.useTLS, Int(CURLUSESSL_NONE.rawValue))
    }
    if let username = configuration.username { handle.set(.username, username) }
    if let password = configuration.password { handle.set(.password, password.reveal()) }
    if let file = configuration.certificateAuthorityFile { handle.set(.authorityFile, file) }
    handle.set(.connectTimeoutMilliseconds, Int(max(1, configuration.timeouts.connect.wholeMilliseconds)))
    handle.set(.serverResponseTimeout, Int(configuration.timeouts.connect.wholeMilliseconds / 1000 + 1))
    setDeadline(configuration.timeouts.reach)
    handle.set(.headerContext, Unmanaged.passUnretained(self).toOpaque())
    _ = ccurl_set_data_callback(handle.raw, CURLOPT_HEADERFUNCTION) { data, size, count, context in
      // Safe: the connection owns the handle and outlives it.
      guard let data, let context else { return 0 }
      let connection = Unmanaged<SMTPConnection>.fromOpaque(context).takeUnretainedValue()
      connection.login.take([UInt8](UnsafeRawBufferPointer(start: data, count: size * count)))
      return size * count
    }
  }

  /// Whether the server has accepted the connection.
  var isReached: Bool { handle.offset(CURLINFO_CONNECT_TIME_T) > 0 }

  /// Called when libcurl is done. - Returns: whether the connection is ready for mail.
  func connected(_ code: CurlCode) -> Bool {
    guard code == .ok, wire.open(isPlain: configuration.security == .none) else { return false }
    becomeReady()
    return true
  }

  /// The result of a failed connection: the stage it reached, with the server's reply.
  func connectFailure(_ code: CurlCode, id: TransferID) -> SMTPResult {
    let stage = login.stage(
      isConnected: isReached,
      tlsFailed: [35, 53, 58, 59, 60, 77, 83, 90, 91].contains(code.rawValue))
    return SMTPResult(
      id: id, end: login.end(code), stage: stage, reply: login.reply, code: code,
      detail: code == .timedOut ? silence(at: stage) : handle.explanation(of: code))
  }

  /// The text for a timeout: what did not arrive, and from where.
  func silence(at stage: SMTPStage) -> String {
    let (what, limit) =
      switch stage {
      case .connecting: ("no connection to", configuration.timeouts.reach)
      case .greeting: ("no greeting from", configuration.timeouts.connect)
      case .login: ("no answer to the login from", configuration.timeouts.connect)
      case .sender, .envelope, .body: ("no reply from", configuration.timeouts.reply)
      case .dotSent: ("no reply to the mail from", configuration.timeouts.dotReply)
      }
    return "\(what) \(configuration.host):\(configuration.port) within \(DurationText.text(limit))"
  }
}
