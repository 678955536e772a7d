internal import Platform

/// The daemon's side of `RemoteImport`: requests of the control socket whose `command` is `import`.
package struct ImportEndpoint: Sendable {
  private let sink: any ImportSink

  package init(_ sink: any ImportSink) { self.sink = sink }

  /// Answers one request; failures become `{"error": TEXT}`.
  package func answer(_ request: JSON) async -> JSON {
    do {
      switch request["operation"]?.stringValue {
      case "progress":
        guard let fingerprint = request["fingerprint"]?.stringValue else { break }
        let progress = try await sink.progress(fingerprint: fingerprint)
        return ["progress": progress.map { ImportCodec.json($0) } ?? .null]
      case "batch":
        guard let json = request["batch"] else { break }
        return ImportCodec.json(try await sink.take(try ImportCodec.batch(json)))
      case "compare":
        guard let json = request["batch"] else { break }
        let found = try await sink.compare(try ImportCodec.batch(json))
        return ["known": .integer(Int64(found.known)), "unchanged": .integer(Int64(found.unchanged))]
      default: break
      }
    } catch {
      return ["error": .string(ErrorText.text(error))]
    }
    return ["error": "this import request is not understood; is the daemon of the same version?"]
  }
}
