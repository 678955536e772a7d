internal import Dispatch
internal import Platform
internal import Synchronization

/// `transform` of each element, in order, on the processors that the reader and the writer beside it leave over.
///
/// More threads would take those from them, and would hold the threads on which tasks begin, so that what was to be read
/// meanwhile is read afterwards; and with each other they quarrel about the reference counts of the program they share.
/// Small inputs stay on the calling thread: starting the others costs more than they save.
func parallelMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], minimum: Int = 64, _ transform: @Sendable (Element) -> Result
) -> [Result] {
  let threads = Processors.count - 2
  guard threads > 1, elements.count >= minimum else { return elements.map(transform) }
  let size = (elements.count + threads - 1) / threads
  let results = Mutex<[Int: [Result]]>([:])
  withoutActuallyEscaping(transform) { transform in
    DispatchQueue.concurrentPerform(iterations: threads) { part in
      let range = min(part * size, elements.count)..<min((part + 1) * size, elements.count)
      let mapped = elements[range].map(transform)
      results.withLock { $0[part] = mapped }
    }
  }
  let found = results.withLock { $0 }
  return (0..<threads).flatMap { found[$0] ?? [] }
}
