import Support
import Testing

@testable import Platform

struct HTTPQueueTests {
  private func entry(_ number: UInt64, of sender: UInt64?) -> HTTPQueue.Entry {
    var transfer = HTTPTransfer(url: "http://a.example/")
    transfer.sender = sender.map(TransferID.init)
    return HTTPQueue.Entry(id: TransferID(number: number), transfer: transfer) { _ in }
  }

  private func started(_ queue: inout HTTPQueue) -> [UInt64] {
    var numbers: [UInt64] = []
    while let entry = queue.next() { numbers.append(entry.id.number) }
    return numbers
  }

  @Test func `a sender that hangs leaves half of the places, two leave a third`() {
    var queue = HTTPQueue(places: 12)
    for number in 0..<100 as Range<UInt64> { queue.add(entry(number, of: 1)) }
    #expect(started(&queue) == Array(0..<6))
    for number in 100..<200 as Range<UInt64> { queue.add(entry(number, of: 2)) }
    #expect(started(&queue) == [100, 101, 102])
    queue.add(entry(200, of: nil))
    #expect(started(&queue) == [200])
    // A place that the first gives back is not at once its own again.
    queue.end(TransferID(number: 1))
    #expect(started(&queue) == [])
    queue.end(nil)
    #expect(started(&queue) == [103])
  }

  @Test func `senders take turns, each in its own order, and a lone one of a single place gets it`() {
    var queue = HTTPQueue(places: 100)
    for number in 0..<3 as Range<UInt64> {
      queue.add(entry(number, of: 1))
    }
    for number in 10..<12 as Range<UInt64> { queue.add(entry(number, of: 2)) }
    #expect(started(&queue) == [0, 10, 1, 11, 2])
    #expect(queue.isEmpty)
    var single = HTTPQueue(places: 1)
    for number in 0..<2 as Range<UInt64> { single.add(entry(number, of: 1)) }
    #expect(started(&single) == [0])
    single.end(TransferID(number: 1))
    #expect(started(&single) == [1])
  }

  @Test func `what has not begun can be taken back`() {
    var queue = HTTPQueue(places: 1)
    for number in 0..<4 as Range<UInt64> { queue.add(entry(number, of: 1)) }
    queue.add(entry(9, of: 2))
    #expect(started(&queue) == [0])
    #expect(queue.remove(TransferID(number: 0)) == nil)
    #expect(queue.remove(TransferID(number: 9))?.id.number == 9)
    #expect(queue.remove(TransferID(number: 2))?.id.number == 2)
    #expect(queue.removeAll().map(\.id.number) == [1, 3])
    #expect(queue.isEmpty)
    queue.end(TransferID(number: 1))
    queue.add(entry(5, of: 1))
    #expect(started(&queue) == [5])
  }

  @Test(.timeLimit(.minutes(2)))
  func `requests of another sender go out while those of one hang`() async throws {
    let hanging = Monitor(0)
    let deaf = try LoopbackListener { socket in
      hanging.update { $0 += 1 }
      _ = socket.readToEnd()
    }
    let prompt = try LoopbackListener { socket in
      while let line = socket.readLine(), line.count > 2 {}
      socket.write("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
    }
    let engine = try TransferEngine(configuration: .init(maximumHTTPTransfers: 8))
    func request(_ port: UInt16, _ sender: TransferID) -> HTTPTransfer {
      var transfer = HTTPTransfer(url: "http://127.0.0.1:\(port)/", allowPrivateAddresses: true)
      transfer.sender = sender
      transfer.totalTimeout = .seconds(600)
      return transfer
    }
    let (slow, quick) = (engine.newID(), engine.newID())
    let stuck = (0..<50).map { _ in Task { await engine.send(request(deaf.port, slow)) } }
    try await WorkerThread.run("waiter") { _ = hanging.wait { $0 == 4 ? true : nil } }
    let result = await engine.send(request(prompt.port, quick))
    #expect(result.status == 204)
    for task in stuck { task.cancel() }
    for task in stuck { #expect(await task.value.code == .abortedByCallback) }
    await engine.stop(within: .seconds(5))
  }
}
