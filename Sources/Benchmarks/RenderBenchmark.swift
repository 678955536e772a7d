internal import Domain
internal import Glibc
internal import Platform
internal import Templates

/// A mail with a table of eight lines; compared with Ruby's liquid with its C extension, on the same text and
/// data.
enum RenderBenchmark {
  static func run(_ options: BenchmarkOptions) async throws -> Report {
    var report = Report("render")
    let template = try Template.parse(ExampleMail.text, name: "mail", escape: .none)
    let escaping = try Template.parse(ExampleMail.text, name: "mail", escape: .html)
    let length = try template.render(ExampleMail.context).utf8.count
    var escaped: [Double] = []
    let ruby = try await Ruby.find(options)
    let times = try await alternate(rounds: 5) { _ in
      escaped.append(try cost(of: escaping))
      return try cost(of: template)
    } _: { _ in
      guard let ruby else { return 0 }
      return try await ruby.cost(expecting: length)
    }
    report.add("one render", times.first.median, "us")
    report.add("one render, with HTML escaping", escaped.median, "us")
    if ruby == nil {
      report.notes.append("not compared: install ruby-liquid and ruby-liquid-c")
    } else {
      report.add("Ruby, liquid with liquid-c", times.second.median, "us")
      let ratio = zip(times.first, times.second).map { $1 / $0 }.median
      report.add("times as fast", ratio, "x", bar: .atLeast(8))
    }
    report.notes.append("processor time of one thread; \(length) bytes of text")
    return report
  }

  /// Microseconds of processor time for one render.
  private static func cost(of template: Template) throws -> Double {
    let count = 10_000
    var bytes = 0
    for _ in 0..<500 { bytes += try template.render(ExampleMail.context).utf8.count }
    let start = threadTime()
    for _ in 0..<count { bytes += try template.render(ExampleMail.context).utf8.count }
    let time = threadTime() - start
    guard bytes > 0 else { throw BenchmarkError("the mail is empty") }
    return time / Double(count) * 1e6
  }

  private static func threadTime() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// Ruby with both libraries.
  private struct Ruby {
    let script: String

    static func find(_ options: BenchmarkOptions) async throws -> Ruby? {
      guard Files.exists("/usr/bin/ruby") else { return nil }
      let probe = ChildProcess(["/usr/bin/ruby", "-e", "require 'liquid/c'"])
      guard try await probe.run().ending == .exited(0) else { return nil }
      return Ruby(script: ExampleMail.rubyScript)
    }

    func cost(expecting length: Int) async throws -> Double {
      let child = ChildProcess(
        ["/usr/bin/ruby", "-e", script], input: Array(ExampleMail.text.utf8), deadline: .seconds(60))
      let outcome = try await child.run()
      let words = String(decoding: outcome.output, as: UTF8.self).split(separator: " ")
      guard outcome.ending == .exited(0), words.count == 2, let time = Double(words[0]) else {
        throw BenchmarkError("ruby: \(String(decoding: outcome.errorOutput, as: UTF8.self))")
      }
      guard Int(words[1]) == length else {
        throw BenchmarkError("Ruby's mail has \(words[1]) bytes, ours \(length)")
      }
      return time
    }
  }
}
