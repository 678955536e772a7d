internal import Configuration
internal import Delivery
internal import Domain
internal import Import
internal import Platform
internal import Store

extension SourceWatch {
  static let captured = "nothing is fetched while every channel is captured, as no secrets are read then"

  /// Requests the file on condition that it has changed, if the server supports that, and imports it.
  func fetch(_ source: WebSource) async throws {
    let reading = settings.options.digest(site.context)
    let known = known(source.fileName)
    var transfer = HTTPTransfer(url: source.url.text, headers: source.headers(), allowPrivateAddresses: true)
    transfer.certificateAuthorityFile = source.authorities
    if let known, known.reading == reading, known.outcome != .running {
      if let etag = known.etag { transfer.headers.append("If-None-Match", etag) }
      if !known.modified.isEmpty { transfer.headers.append("If-Modified-Since", known.modified) }
    }
    tellProblems(of: [source.fileName])
    let (answer, file) = try await download(transfer, from: "\(source)")
    defer { try? Files.remove(file.path) }
    switch answer.status {
    case 200: break
    case 304 where known != nil: return
    case 300...399: throw SourceTrouble(description: Self.redirect(answer, from: source))
    default: throw SourceTrouble(description: "\(source) answered \(answer.status)")
    }
    let begun = SourceFile(
      source: name, file: source.fileName, size: file.bytes, modified: answer.headers["Last-Modified"] ?? "",
      etag: answer.headers["ETag"], reading: reading, fingerprint: "", outcome: .running,
      at: site.clock.now())
    try await SourceImport(watch: self, path: file.path, file: begun, origin: "\(source)").run { true }
    tellProblems(of: [source.fileName])
  }

  /// The problem text for a redirect. It is not followed, since the login would go to whatever host it names.
  private static func redirect(_ answer: HTTPTransferResult, from source: WebSource) -> String {
    let place =
      answer.headers["Location"].map {
        " to \(String(decoding: $0.utf8.prefix { $0 != 0x3F }, as: UTF8.self))"
      } ?? ""
    return
      "\(source) answered \(answer.status), a redirect\(place), which is not followed; name the right address with from"
  }

  /// Fetches into a file next to the store, which the caller removes.
  ///
  /// - Parameter place: the address, for texts.
  func download(
    _ transfer: HTTPTransfer, from place: String
  ) async throws -> (HTTPTransferResult, DownloadFile) {
    guard site.fetches else { throw SourceTrouble(description: Self.captured) }
    let file = try DownloadFile("\(site.downloads)-\(name)", limit: site.largest)
    var transfer = transfer
    transfer.download = file
    do {
      return (try await send(transfer, from: place), file)
    } catch {
      try? Files.remove(file.path)
      throw error
    }
  }

  func send(_ transfer: HTTPTransfer, from place: String) async throws -> HTTPTransferResult {
    var transfer = transfer
    transfer.connectTimeout = .seconds(30)
    transfer.totalTimeout = .seconds(3600)
    transfer.lowSpeedLimit = 100
    transfer.lowSpeedTime = site.silence
    transfer.maximumResponseBody = 16 << 20
    let answer = try await site.transfers.made().send(transfer)
    if let failure = transfer.download?.failure { throw failure }
    if transfer.download?.isTooLarge == true {
      throw SourceTrouble(
        description:
          "\(place) is larger than \(ByteSizeText.text(site.largest)); let the shop export less at once",
        scope: .file)
    }
    guard answer.code == .ok else {
      throw SourceTrouble(
        description: "\(place): \(Self.reason(answer, transfer.ssh))", scope: Self.scope(of: answer.code))
    }
    return answer
  }

  private static func scope(of code: CurlCode) -> SourceTrouble.Scope {
    switch code {
    case .remoteAccessDenied, .remoteFileNotFound: .file
    case .ssh, .partialFile, .timedOut, .receiveError: .fileOrPlace
    default: .place
    }
  }

  private static func reason(_ answer: HTTPTransferResult, _ ssh: SSHLogin?) -> String {
    guard let ssh else { return answer.detail }
    switch answer.code {
    case .peerFailedVerification:
      return
        "the key of the server is not that in \(ssh.knownHosts); nothing was sent. Is it the right server? Then make the file anew with ssh-keyscan"
    case .loginDenied:
      return
        "the server refuses \(ssh.user) with \(ssh.keyFile.map { "the key in \($0)" } ?? "this password")"
    default: return answer.detail
    }
  }
}

extension WebSource {
  fileprivate func headers() -> HTTPHeaders {
    var fields = HTTPHeaders()
    fields.append("Accept", "text/csv, */*")
    if let username, let password {
      let login = Base64.text(Array("\(username):\(password.secret.reveal())".utf8))
      fields.append("Authorization", "Basic \(login)")
    }
    for header in headers { fields.append(header.name, header.value.secret.reveal()) }
    return fields
  }
}
