internal import Operations
internal import Platform
internal import Store

extension Responder {
  /// Reads from one snapshot, no faster than the parts are taken.
  func export(_ request: ExportRequest, _ send: RequestHandlers.Sink) async throws {
    // The texts of a long history are freed, but their memory still belongs to the process.
    defer { Allocator.giveBack() }
    let (parts, queue) = AsyncStream.makeStream(of: JSON.self)
    let gate = Monitor(PartGate())
    let reading = Task { [store] in
      defer { queue.finish() }
      return try await store.read { tx in
        try tx.export(customerID: request.customer) { part in
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
      guard try await reading.value else { throw OperationError.unknownCustomer(request.customer) }
    } catch is CancellationError {
      // Nobody is left to report to.
    }
  }
}

/// How many parts are read but not sent yet.
private struct PartGate: Sendable {
  var waiting = 0
  var isBroken = false

  static let limit = 2
}
