internal import Dispatch
internal import Synchronization

/// `transform` of each element, in order, on as many threads as there are processors. Small inputs stay on the calling
/// thread: starting the others costs more than they save.
func parallelMap<Element: Sendable, Result: Sendable>(
  _ elements: [Element], minimum: Int = 64, _ transform: @Sendable (Element) -> Result
) -> [Result] {
  guard elements.count >= minimum else { return elements.map(transform) }
  let parts = 8
  let size = (elements.count + parts - 1) / parts
  let results = Mutex<[Int: [Result]]>([:])
  withoutActuallyEscaping(transform) { transform in
    DispatchQueue.concurrentPerform(iterations: parts) { part in
      let range = min(part * size, elements.count)..<min((part + 1) * size, elements.count)
      let mapped = elements[range].map(transform)
      results.withLock { $0[part] = mapped }
    }
  }
  let found = results.withLock { $0 }
  return (0..<parts).flatMap { found[$0] ?? [] }
}
