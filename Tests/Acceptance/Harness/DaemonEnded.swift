/// The daemon ended instead of becoming ready.
struct DaemonEnded: Error, CustomStringConvertible {
  let status: Int32
  let log: String

  var description: String { "the daemon ended with status \(status)\n\(log)" }
}
