internal import Platform
package import Store
internal import Synchronization

/// Imports through the running daemon, over its control socket.
///
/// `{"command": "import", "operation": "progress", "fingerprint": F}` is answered with `{"progress": P or null}`,
/// `{"command": "import", "operation": "batch", "batch": B}` with
/// `{"duplicates": N, "refusals": [[PLACE, REASON]...]}`,
/// `{"command": "import", "operation": "compare", "batch": B}` with `{"known": N, "unchanged": N}`,
/// all with `{"error": TEXT}` when they fail. `ImportEndpoint` is the other side.
package final class RemoteImport: ImportSink {
  private let client: Mutex<ControlClient>

  /// Connects at once; throws `control`.
  package init(socket path: String) throws(ImportError) {
    do {
      client = Mutex(try ControlClient(path: path))
    } catch {
      throw .control(error)
    }
  }

  /// Small enough that a batch as JSON stays well below the maximum length of a line.
  package func batchLimit(_ kind: ImportKind, from line: Int64) -> ImportBatchLimit {
    ImportBatchLimit(rows: 4000, bytes: 512 << 10)
  }

  package func progress(fingerprint: String) async throws(ImportError) -> ImportProgress? {
    let answer = try await call(
      ["command": "import", "operation": "progress", "fingerprint": .string(fingerprint)])
    guard let progress = answer["progress"], !progress.isNull else { return nil }
    do {
      return try ImportCodec.progress(progress)
    } catch {
      throw .daemon(error.description)
    }
  }

  package func take(_ batch: ImportBatch) async throws(ImportError) -> ImportReceipt {
    let answer = try await call(["command": "import", "operation": "batch", "batch": ImportCodec.json(batch)])
    do {
      return try ImportCodec.receipt(answer)
    } catch {
      throw .daemon(error.description)
    }
  }

  package func compare(_ batch: ImportBatch) async throws(ImportError) -> ImportComparison {
    let answer = try await call(
      ["command": "import", "operation": "compare", "batch": ImportCodec.json(batch)])
    guard let known = answer["known"]?.integerValue, let unchanged = answer["unchanged"]?.integerValue else {
      throw .daemon("\(ImportCodecError(part: "answer"))")
    }
    return ImportComparison(known: Int(known), unchanged: Int(unchanged))
  }

  /// The client blocks, so it runs on its own thread.
  private func call(_ request: JSON) async throws(ImportError) -> JSON {
    let answer: JSON?
    do {
      answer = try await WorkerThread.run("import") { [self] in try client.withLock { try $0.call(request) } }
    } catch {
      throw ImportError(error)
    }
    guard let answer else { throw .daemon("it gave no answer") }
    if let error = answer["error"]?.stringValue { throw .daemon(error) }
    return answer
  }
}
