internal import Platform

extension Report {
  /// The text that `--json` prints and `compare` reads.
  static func jsonText(_ reports: [Report]) -> String {
    JSON.object(["benchmarks": .array(reports.map(\.json))]).text()
  }

  /// - Throws: `BenchmarkError`, which says where the text is not in the form of `jsonText`.
  static func reports(_ text: String) throws -> [Report] {
    do {
      let list = try JSON.parse(text)["benchmarks"]?.arrayValue
      guard let list else { throw BenchmarkError("it has no list 'benchmarks'") }
      return try list.map { try Report(json: $0) }
    } catch let error as JSONError {
      throw BenchmarkError(error.description)
    }
  }

  private var json: JSON {
    [
      "name": .string(name), "figures": .array(figures.map(\.json)),
      "notes": .array(notes.map { .string($0) }),
    ]
  }

  private init(json: JSON) throws {
    guard let name = json["name"]?.stringValue, let figures = json["figures"]?.arrayValue else {
      throw BenchmarkError("a benchmark lacks its 'name' or its 'figures'")
    }
    self.init(name)
    self.figures = try figures.map { try Figure(json: $0, of: name) }
    notes = (json["notes"]?.arrayValue ?? []).compactMap(\.stringValue)
  }
}

extension Report.Figure {
  fileprivate var json: JSON {
    var object: JSONObject = ["what": .string(what), "value": .number(value), "unit": .string(unit)]
    switch bar {
    case .atLeast(let limit): object["at_least"] = .number(limit)
    case .atMost(let limit): object["at_most"] = .number(limit)
    case nil: break
    }
    if let isMet { object["met"] = .bool(isMet) }
    return .object(object)
  }

  fileprivate init(json: JSON, of name: String) throws {
    guard let what = json["what"]?.stringValue, let value = json["value"]?.numberValue,
      let unit = json["unit"]?.stringValue
    else { throw BenchmarkError("a figure of '\(name)' lacks its 'what', 'value' or 'unit'") }
    self.init(what: what, value: value, unit: unit)
    if let limit = json["at_least"]?.numberValue { bar = .atLeast(limit) }
    if let limit = json["at_most"]?.numberValue { bar = .atMost(limit) }
  }
}
