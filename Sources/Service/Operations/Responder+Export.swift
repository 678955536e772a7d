internal import Operations
internal import Platform
internal import Store

extension Responder {
  func export(_ request: ExportRequest, _ send: RequestHandlers.Sink) async throws {
    let isKnown = try await stream(to: send) { try $0.export(customerID: request.customer, part: $1) }
    guard isKnown else { throw OperationError.unknownCustomer(request.customer) }
  }

  func exportList(_ request: ExportListRequest, _ send: RequestHandlers.Sink) async throws {
    _ = try await stream(to: send) { tx, part in
      try request.list.read(tx, part)
      return true
    }
  }

  /// Reads from one snapshot, with back-pressure from the consumer of the parts.
  ///
  /// - Returns: the result of `read`; `true` if the consumer has gone.
  func stream(
    to send: RequestHandlers.Sink,
    _ read: @escaping @Sendable (Transaction, (JSON) throws -> Void) throws -> Bool
  ) async throws -> Bool {
    // The texts of a long history are freed, but their memory still belongs to the process.
    defer { Allocator.giveBack() }
    let (parts, queue) = AsyncStream.makeStream(of: JSON.self)
    let gate = Monitor(PartGate())
    let reading = Task { [store] in
      defer { queue.finish() }
      return try await store.read { tx in
        try read(tx) { part in
          let isWanted = gate.wait { gate in
            if gate.isBroken { return false }
            guard gate.waiting < PartGate.limit else { return nil }
            gate.waiting += 1
            return true
          }
          guard isWanted == true else { throw CancellationError() }
          queue.yield(part)
        }
      }
    }
    for await part in parts {
      let isTaken = await send(part)
      gate.update { gate in
        gate.waiting -= 1
        if !isTaken { gate.isBroken = true }
      }
      if !isTaken { break }
    }
    do {
      return try await reading.value
    } catch is CancellationError {
      return true
    }
  }
}

/// How many parts are read but not sent yet.
private struct PartGate: Sendable {
  var waiting = 0
  var isBroken = false

  static let limit = 2
}
