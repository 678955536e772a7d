/// Runs tasks on its own thread, for long or blocking work that would occupy one of the few threads of Swift's pool:
/// `await withTaskExecutorPreference(executor) { ... }`.
package final class WorkerExecutor: TaskExecutor {
  private struct Queue {
    var jobs: [UnownedJob] = []
    var isStopped = false
  }

  private let queue = Monitor(Queue())

  /// Starts the thread; it ends with the executor.
  package init(name: String) throws(SystemError) {
    let queue = queue
    try WorkerThread.start(name) { [weak self] in
      while let job = queue.wait(until: { queue -> UnownedJob?? in
        if !queue.jobs.isEmpty { return .some(queue.jobs.removeFirst()) }
        return queue.isStopped ? .some(nil) : nil
      }) ?? nil {
        guard let executor = self else { return }
        job.runSynchronously(on: executor.asUnownedTaskExecutor())
      }
    }
  }

  // No task is left: a task retains its executor.
  deinit { queue.update { $0.isStopped = true } }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.update { $0.jobs.append(job) }
  }
}
