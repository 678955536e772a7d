internal import Dispatch
internal import Synchronization

/// `transform` of each element, in order, on several threads. Small inputs stay on the calling thread: starting the
/// others costs more than they save.
func parallelMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], threads: Int, minimum: Int = 64, _ transform: @Sendable (Element) -> Result
) -> [Result] {
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
