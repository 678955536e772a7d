package import Configuration
package import Delivery
package import Domain
internal import Glibc
internal import Operations
internal import Platform
internal import Store

/// What would keep the daemon from starting on this machine, apart from configuration errors. Changes
/// nothing.
package struct StartCheck: Sendable {
  package struct Finding: Equatable, Sendable {
    package var text: String
    /// The exit code of the daemon; `nil` for what it would tolerate or wait for.
    package var exitCode: Int32?
  }

  private let options: ServiceOptions
  private let settings: Settings<any AdapterSettings>

  package init(_ options: ServiceOptions, _ settings: Settings<any AdapterSettings>) {
    self.options = options
    self.settings = settings
  }

  /// All findings. Checks nothing if a daemon is running, which has its port and its store.
  package func findings() async throws -> [Finding] {
    try await WorkerThread.run("check") {
      let location: StoreLocation
      do throws(StoreError) {
        location = try StoreLocation(url: options.store ?? settings.store)
      } catch {
        return [Finding(text: "\(error)", exitCode: error.exitCode)]
      }
      let control = ControlPath.resolve(
        given: options.control, configured: settings.controlSocket, store: location)
      if Self.isAnswered(control) { return [] }
      var findings = port()
      if case .sqlite(let path) = location { findings += place(path) }
      if findings.allSatisfy({ $0.exitCode == nil }) { findings += store(location) }
      return findings
    }
  }

  /// Looks up names in the shop's data: asks the daemon, or reads the store without changing it.
  ///
  /// - Throws: `ServiceError` if neither is possible.
  package func names(_ asked: NamesAsked) async throws(ServiceError) -> NamesFound {
    do {
      let location = try StoreLocation(url: options.store ?? settings.store)
      let control = ControlPath.resolve(
        given: options.control, configured: settings.controlSocket, store: location)
      if Self.isAnswered(control) {
        let client = OperationsClient(control: control) { _ in throw ControlError.notRunning(path: control) }
        return try await client.perform(NamesRequest(asked)).answer.found
      }
      let found = try await WorkerThread.run("check") { try location.names(asked) }
      if let found { return found }
    } catch {
      throw ServiceError(telling: error)
    }
    throw ServiceError("there is no store yet that this version has written", exitCode: EX_NOINPUT)
  }

  /// Whether a daemon listens there.
  private static func isAnswered(_ control: String) -> Bool {
    do {
      _ = try ControlClient(path: control)
      return true
    } catch {
      return false
    }
  }

  private func port() -> [Finding] {
    let listen = options.listen ?? settings.http.listen
    guard let obstacle = SocketProbe.obstacle(host: listen.host, port: UInt16(clamping: listen.port)) else {
      return []
    }
    return [
      Finding(
        text:
          "http: cannot listen on \(listen): \(SystemError.reason(obstacle.code)); \(WebAddress.advice)",
        exitCode: EX_OSERR)
    ]
  }

  /// Whether the daemon may write where its database is or will be, and read what is next to it.
  private func place(_ path: String) -> [Finding] {
    let directory = FilePath.directory(of: path)
    guard let status = try? Files.status(directory) else {
      var above = directory
      while !Files.exists(above), FilePath.directory(of: above) != above {
        above = FilePath.directory(of: above)
      }
      return Files.obstacleToWriting(in: above).map {
        Finding(text: "store: cannot make the directory \(directory): \($0)", exitCode: 74)
      }.map { [$0] } ?? []
    }
    guard status.isDirectory else {
      return [Finding(text: "store: \(directory) is not a directory", exitCode: 74)]
    }
    if let obstacle = Files.obstacleToWriting(in: directory) {
      return [Finding(text: "store: cannot write in \(directory): \(obstacle)", exitCode: 74)]
    }
    // The daemon runs as its directory's owner; root could read everything.
    guard geteuid() == 0, status.owner != 0 else { return [] }
    let foreign = ["", "-wal", "-shm", "-generation", "-lock", "-ballast"].map { path + $0 }.filter {
      (try? Files.status($0)).map { $0.owner != status.owner } ?? false
    }
    var findings = foreign.map {
      Finding(
        text:
          "store: \($0) belongs to another user than \(directory), and the daemon cannot write it; chown --reference=\(directory) \($0)",
        exitCode: 74)
    }
    findings += unreadable(options.configuration, by: status, depth: 0).map {
      Finding(
        text:
          "configuration: \($0) cannot be read by the user of \(directory), whom the daemon runs as; chmod o+rX \($0)",
        exitCode: 78)
    }
    return findings
  }

  /// Configuration files and directories that this user cannot read; systemd passes the secrets.
  private func unreadable(_ path: String, by user: FileStatus, depth: Int) -> [String] {
    guard depth < 10, let status = try? Files.status(path) else { return [] }
    let bits = status.isDirectory ? 0o5 as UInt32 : 0o4
    let allowed =
      status.owner == user.owner
      ? status.permissions >> 6
      : status.group == user.group
        ? status.permissions >> 3 : status.permissions
    guard allowed & bits == bits else { return [path] }
    guard status.isDirectory else { return [] }
    let names = (try? Files.names(in: path)) ?? []
    return names.filter { !$0.hasPrefix(".") && !(depth == 0 && $0 == "credentials") }
      .flatMap { unreadable(FilePath.join(path, $0), by: user, depth: depth + 1) }
  }

  private func store(_ location: StoreLocation) -> [Finding] {
    do throws(StoreError) {
      try location.inspect()
      return []
    } catch {
      if case .database(let cause) = error, cause.kind == .full {
        return [
          Finding(text: "\(error); the daemon waits for it inside its start, or soon after", exitCode: nil)
        ]
      }
      if error.mayMend {
        return [Finding(text: "\(error); the daemon waits for it inside its start", exitCode: nil)]
      }
      if case .database(let cause) = error, cause.kind == .refused, !cause.code.hasPrefix("3D") {
        return [refused(error)]
      }
      return [Finding(text: "\(error)", exitCode: error.exitCode)]
    }
  }

  /// A server that requires another password. If only root may read it, nobody else can tell how the daemon
  /// would fare.
  private func refused(_ error: StoreError) -> Finding {
    let file = FilePath.join(options.configuration, "credentials/pgpass")
    if options.environment["PGPASSFILE"] != nil || Files.isReadable(file) {
      return Finding(text: "\(error)", exitCode: error.exitCode)
    }
    if Files.isAbsent(file) {
      return Finding(
        text: "\(error); there is no \(file), which would hold its password", exitCode: error.exitCode)
    }
    return Finding(text: "\(error); only root can read \(file), which holds the password", exitCode: nil)
  }
}
