internal import Glibc

/// What this process uses of the machine.
package struct ResourceUsage: Hashable, Sendable {
  /// Bytes in memory now, from /proc/self/statm; 0 when that cannot be read.
  package var residentBytes: Int64
  /// The most bytes it ever had in memory.
  package var peakResidentBytes: Int64
  /// Processor time used so far, in user code and in the kernel together.
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
