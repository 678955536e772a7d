package import Configuration
package import Domain
package import Platform

/// `adapter: smtp`: mail to a relay or a provider's submission port.
package struct SMTPSettings: AdapterSettings {
  /// How the connection is encrypted if the URL says `smtp://`; `smtps://` is TLS from the first byte.
  package enum Encryption: String, Sendable, CaseIterable {
    /// STARTTLS, or nothing is sent.
    case required
    /// STARTTLS if offered. Protects against eavesdroppers, not against a man in the middle.
    case offered
    /// Plain text: a relay on this machine.
    case none
  }

  package var url: ServiceURL
  package var encryption: Encryption
  package var username: String?
  package var password: Secret?
  package var identity: MailIdentity
  package var clientName: String?
  package var authorities: String?
  package var messagesPerConnection: Int
  package var flow: FlowSettings
  package var onAmbiguous: AmbiguousPolicy

  package init(
    url: ServiceURL, encryption: Encryption = .required, username: String? = nil,
    password: Secret? = nil, identity: MailIdentity, clientName: String? = nil,
    authorities: String? = nil, messagesPerConnection: Int = 0, flow: FlowSettings = FlowSettings(),
    onAmbiguous: AmbiguousPolicy = .park
  ) {
    self.url = url
    self.encryption = encryption
    self.username = username
    self.password = password
    self.identity = identity
    self.clientName = clientName
    self.authorities = authorities
    self.messagesPerConnection = messagesPerConnection
    self.flow = flow
    self.onAmbiguous = onAmbiguous
  }

  package static let word = "smtp"
  package var address: AddressKind { .email }
  package var sender: MailIdentity? { identity }
  package var retry: RetryPolicy { RetryPolicy(onAmbiguous: onAmbiguous) }

  package static let shape = keys.refusing { settings in
    switch (settings.username, settings.password) {
    case (nil, nil), (_?, _?): nil
    case (_?, nil): .objection("has 'username' without 'password'", hint: "give both or none")
    case (nil, _?): .objection("has 'password' without 'username'", hint: "give both or none")
    }
  }

  private static let keys = Shape<SMTPSettings>.mapping(
    "channel",
    .required(
      "url",
      .url(
        ServiceURL.Rules(schemes: ["smtps", "smtp"], pathAllowed: false), example: "smtps://smtp.example:465"),
      "The server: smtps:// speaks TLS at once (port 465), smtp:// STARTTLS (port 587)."),
    .defaulted(
      "encryption", .word(), default: "required",
      "For smtp://: insist on STARTTLS, use it if offered, or never."),
    .optional("username", .text(maximum: 320, example: "reprise"), "The login; needs 'password'."),
    .optional("password", .secret, "The password of the login."),
    MailKeys.from, MailKeys.replyTo, MailKeys.returnPath, MailKeys.unsubscribeAddress, MailKeys.listID,
    MailKeys.feedbackID,
    .optional(
      "client_name", .text(maximum: 253, example: "mail.tea.example"),
      "Said in EHLO; the host name without it."),
    .optional(
      "ca_file", .certificateFile(example: "/etc/ssl/relay.pem"),
      "Certificate authorities in PEM to trust instead of the system's."),
    .defaulted(
      "messages_per_connection", .integer(0...1_000_000, example: 100), default: "0",
      "Messages sent over one connection before it is closed; 0 for no limit."),
    ChannelKeys.rate, ChannelKeys.connections(default: 10), ChannelKeys.onAmbiguous
  ) {
    url, encryption, username, password, from, replyTo, returnPath, unsubscribe, listID, feedbackID,
    clientName,
    authorities, perConnection, rate, connections, onAmbiguous in
    SMTPSettings(
      url: url, encryption: encryption, username: username, password: password,
      identity: MailIdentity(
        from: from, replyTo: replyTo, returnPath: returnPath, unsubscribeMailbox: unsubscribe, listID: listID,
        feedbackSender: feedbackID),
      clientName: clientName, authorities: authorities, messagesPerConnection: perConnection,
      flow: FlowSettings(rate, connections: connections), onAmbiguous: onAmbiguous)
  }

  package func adapter(
    for channel: ChannelName, in environment: AdapterEnvironment
  ) throws(ChannelSetupError) -> any ChannelAdapter {
    try SMTPAdapter(self, channel: channel, engine: environment.engine)
  }

  var relay: SMTPRelay.Configuration {
    let security: SMTPRelay.Security =
      switch (url.scheme, encryption) {
      case ("smtps", _): .implicitTLS
      case (_, .required): .startTLS
      case (_, .offered): .opportunistic
      case (_, .none): .none
      }
    return SMTPRelay.Configuration(
      host: url.host, port: UInt16(clamping: url.port ?? (url.scheme == "smtps" ? 465 : 587)),
      security: security, username: username, password: password,
      clientName: clientName, certificateAuthorityFile: authorities, maximumConnections: flow.connections,
      mailsPerConnection: messagesPerConnection)
  }
}
