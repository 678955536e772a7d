internal import CCurl

/// How to verify an SFTP server and sign in to it.
package struct SSHLogin: Sendable {
  package var user: String
  /// The path of OpenSSH's `known_hosts` file. A server that is not in it is refused.
  package var knownHosts: String
  /// The path of a private key; `nil` signs in with the password.
  package var keyFile: String?
  /// The user's password, or that of the key if there is one.
  package var password: Secret?

  package init(user: String, knownHosts: String, keyFile: String? = nil, password: Secret? = nil) {
    self.user = user
    self.knownHosts = knownHosts
    self.keyFile = keyFile
    self.password = password
  }

  /// Whether this machine's libcurl supports SFTP; Debian's does, with libssh2.
  package static let isSupported: Bool = {
    guard var name = curl_version_info(CURLVERSION_FIRST)?.pointee.protocols else { return false }
    while let text = name.pointee {
      if String(cString: text) == "sftp" { return true }
      name += 1
    }
    return false
  }()

  func prepare(_ handle: CurlHandle) {
    handle.set(.protocols, "sftp")
    handle.set(.username, user)
    handle.set(.knownHosts, knownHosts)
    if let keyFile {
      handle.set(.sshAuthentication, Int(CURLSSH_AUTH_PUBLICKEY))
      handle.set(.sshKeyFile, keyFile)
      if let password { handle.set(.sshKeyPassword, password.reveal()) }
    } else {
      handle.set(.sshAuthentication, Int(CURLSSH_AUTH_PASSWORD) | Int(CURLSSH_AUTH_KEYBOARD))
      if let password { handle.set(.password, password.reveal()) }
    }
  }
}
