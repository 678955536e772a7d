internal import Glibc

/// A FIFO queue between producing threads and blocking consumers.
///
/// `@unchecked Sendable`: `items`, `head` and `isClosed` are accessed only while holding `mutex`; the
/// pointers themselves never change.
final class JobQueue<Job: Sendable>: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var items: [Job?] = []
  private var head = 0
  private var isClosed = false

  init() {
    pthread_mutex_init(mutex, nil)
    pthread_cond_init(condition, nil)
  }

  deinit {
    pthread_cond_destroy(condition)
    pthread_mutex_destroy(mutex)
    condition.deallocate()
    mutex.deallocate()
  }

  var count: Int {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return items.count - head
  }

  /// Returns false, without adding the job, if the queue is closed.
  func put(_ job: Job) -> Bool {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    if isClosed { return false }
    items.append(job)
    pthread_cond_signal(condition)
    return true
  }

  /// Waits for the oldest job and returns it; `nil` if the queue is closed and empty.
  func take() -> Job? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while head == items.count {
      if isClosed { return nil }
      pthread_cond_wait(condition, mutex)
    }
    return removeFirst()
  }

  /// Returns the oldest job, or `nil` at once if there is none.
  func takeIfAny() -> Job? {
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    return head == items.count ? nil : removeFirst()
  }

  /// Closes the queue: no more jobs are accepted; the remaining ones can still be taken.
  func close() {
    pthread_mutex_lock(mutex)
    isClosed = true
    pthread_cond_broadcast(condition)
    pthread_mutex_unlock(mutex)
  }

  private func removeFirst() -> Job? {
    let job = items[head].take()
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: head < 4096)
      head = 0
    } else if head >= 4096 {
      items.removeFirst(head)
      head = 0
    }
    return job
  }
}
