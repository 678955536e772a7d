internal import Glibc

/// The resources used by this process.
package struct ResourceUsage: Hashable, Sendable {
  /// Resident memory in bytes, from /proc/self/statm; 0 if unreadable.
  package var residentBytes: Int64
  /// Peak resident memory in bytes.
  package var peakResidentBytes: Int64
  /// Processor time used so far, user and kernel.
  package var processorTime: Duration

  package static func current() -> ResourceUsage {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    let statm = (try? Files.read("/proc/self/statm", limit: 4096)) ?? []
    let pages = statm.split(separator: 0x20).dropFirst().first.flatMap {
      Int64(String(decoding: $0, as: UTF8.self))
    }
    func duration(_ time: timeval) -> Duration { .seconds(time.tv_sec) + .microseconds(time.tv_usec) }
    return ResourceUsage(
      residentBytes: (pages ?? 0) * Int64(sysconf(Int32(_SC_PAGESIZE))),
      peakResidentBytes: Int64(usage.ru_maxrss) * 1024,
      processorTime: duration(usage.ru_utime) + duration(usage.ru_stime))
  }
}
