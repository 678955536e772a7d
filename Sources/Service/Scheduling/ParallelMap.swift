internal import Dispatch
internal import Platform
internal import Synchronization

/// Maps the elements in parallel, keeping their order, on the processors left over by the reader and the
/// writer.
///
/// More threads would compete with those two, and block the threads on which tasks start, so that the next
/// read would come after this work instead of beside it; and they would contend for the reference counts of
/// the shared program. Small inputs stay on the calling thread, because starting threads costs more than it
/// saves.
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
