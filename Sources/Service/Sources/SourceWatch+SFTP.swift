internal import Delivery
internal import Domain
internal import Import
internal import Platform
internal import Store

extension SourceWatch {
  /// Lists the folder and imports what is new. For a single file its folder is listed too, which gives its size and
  /// time without fetching it.
  ///
  /// - Returns: after what time a file that is still being written may be complete; `nil` without one.
  func look(into source: SFTPSource) async throws -> Duration? {
    guard site.fetches else { throw SourceTrouble(description: Self.captured) }
    var listing = HTTPTransfer(url: source.address(), allowPrivateAddresses: true)
    listing.ssh = source.login
    let answer = try await send(listing, from: "\(source)")
    let found = SourceEntry.files(inListing: answer.body) {
      source.pattern.matches($0) && !FilePattern.isPassedOver($0)
    }
    guard let found else {
      throw SourceTrouble(
        description:
          "\(source): the server's list of files is in no form that is known; name a single file over HTTPS"
      )
    }
    return try await take(found.sorted { $0.name.precedes($1.name) }) { file, begun in
      var transfer = HTTPTransfer(url: source.address(of: file.name), allowPrivateAddresses: true)
      transfer.ssh = source.login
      let (_, copy) = try await download(transfer, from: "\(source)")
      defer { try? Files.remove(copy.path) }
      // Changed since it was listed; the next check imports it.
      guard copy.bytes == file.size else { return }
      try await SourceImport(watch: self, path: copy.path, file: begun, origin: file.name).run { true }
    }
  }
}
