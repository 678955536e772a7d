import Domain
import Glibc
import Support
import Templates
import Testing

/// Another Liquid, asked about many templates in one process.
enum Oracle {
  /// Ruby's liquid, as Debian has it (5.4).
  case ruby
  /// python-liquid, which has what Shopify has added since.
  case python

  enum Answer: Equatable {
    case text(String)
    case error(String)
  }

  /// What it makes of each template; partials by name, the data as its globals.
  func render(
    _ templates: [String], _ data: Record, partials: [(String, String)] = []
  ) throws -> [Answer] {
    var request = Record()
    request["data"] = .object(data)
    request["templates"] = .array(templates.map { .string($0) })
    var texts = Record()
    for (name, text) in partials { texts[name] = .string(text) }
    request["partials"] = .object(texts)
    let result = try spawn(
      try command(), input: Array(try Self.json(.object(request)).utf8),
      environment: ["TZ": "UTC", "LANG": "C.UTF-8"])
    guard result.status == 0 else { throw OracleError(oracle: self, text: result.errorText) }
    let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    guard lines.count == templates.count else {
      throw OracleError(oracle: self, text: "\(lines.count) lines of \(templates.count)")
    }
    return lines.map { line in
      let text = Self.unescaped(line.dropFirst())
      return line.hasPrefix("=") ? .text(text) : .error(text)
    }
  }

  private func command() throws -> [String] {
    switch self {
    case .ruby: return ["ruby", "-e", oracleScript]
    case .python:
      guard let folder = getenv("REPRISE_TEST_VENV").map({ String(cString: $0) }) else {
        throw OracleError(
          oracle: self, text: "REPRISE_TEST_VENV does not name an environment with python-liquid")
      }
      return ["\(folder)/bin/python", "-c", pythonOracleScript]
    }
  }

  private static func unescaped(_ line: Substring) -> String {
    var result = ""
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        result.unicodeScalars.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  static func json(_ value: Value) throws -> String {
    let template = try Template.parse("{{ value | json }}", name: "json", escape: .none)
    var context = RenderContext.test(["value": value])
    context.limits.outputBytes = .max
    context.limits.totalSteps = .max
    return try template.render(context)
  }

  /// What this library makes of a template, mistakes of all kinds as errors.
  static func ours(_ text: String, _ data: Record, library: TemplateLibrary) -> Answer {
    do {
      let template = try Template.parse(text, name: "t", escape: .none)
      var context = RenderContext.test(data)
      context.library = library
      context.isStrict = false
      return .text(try template.render(context))
    } catch {
      return .error("\(error)")
    }
  }
}

struct OracleError: Error, CustomStringConvertible {
  let oracle: Oracle
  let text: String
  var description: String {
    "the \(oracle) oracle cannot answer; `make test` installs what these tests compare with: \(text)"
  }
}

extension RenderContext {
  /// Sunday, 1 March 2026, 10:00 UTC, in English, in dollars.
  static func test(_ roots: Record = [:]) -> RenderContext {
    var names: [ExactText: Value] = [:]
    for entry in roots.entries { names[entry.name] = entry.value }
    return RenderContext(
      roots: names,
      environment: RenderEnvironment(
        now: Instant(seconds: 1_772_359_200), locale: "en-US", currency: Currency("USD")!))
  }
}
