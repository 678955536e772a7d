internal import Domain
internal import Operations
internal import Platform
internal import Service

/// `reprise segments`: how large the segments are, and how they change.
enum SegmentsCommand: Command {
  static let spec = CommandLineSpec.Command(
    "segments", "Show how many customers are in each segment, and who came and went")

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let reply = try await invocation.client.perform(SegmentsRequest())
    invocation.show(reply) { SegmentsText.table(reply.answer.segments, $0) }
    return 0
  }
}

/// `reprise segment NAME [--list | --csv FILE]`: one segment day by day, or who is in it.
enum SegmentCommand: Command {
  static let spec = CommandLineSpec.Command(
    "segment", "Show the size of a segment day by day, or who is in it",
    positionals: [.init("NAME", "the segment")],
    options: [
      .init("list", "print the customers in it, with --json a line of JSON for each"),
      .init("csv", "write the customers in it to FILE, a new file", value: "FILE"),
    ])

  static func run(_ invocation: Invocation) async throws -> Int32 {
    let segment = SegmentID(invocation.arguments.positionals[0])
    let path = invocation.arguments["csv"]
    guard !invocation.arguments.has("list") || path == nil else {
      throw UsageError("--list prints what --csv writes to a file; give one of them", "reprise segment")
    }
    guard invocation.arguments.has("list") || path != nil else {
      let reply = try await invocation.client.perform(SegmentsRequest(segment: segment))
      invocation.show(reply) { style in
        reply.answer.segments.first.map { SegmentsText.history($0, style) } ?? ""
      }
      return 0
    }
    let export = try ListExport(
      columns: SegmentMembersRequest.columns, to: path, isJSON: path == nil && invocation.wantsJSON)
    do {
      try await ExportCommand.ask(SegmentMembersRequest(segment: segment), invocation) { export.take($0) }
      let count = try export.finish()
      if let path {
        Console.complain("\(path): \(DecimalText.grouped(count)) \(count == 1 ? "customer" : "customers")\n")
      }
    } catch {
      export.giveUp()
      throw error
    }
    return 0
  }
}
