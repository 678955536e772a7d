internal import Service

extension NextSteps {
  /// Each command is on its own line; ends with a line feed.
  func text(_ style: TextStyle) -> String {
    var lines = ["", style.paint("Reprise runs. Try next, from a second terminal:", .bold)]
    func add(_ what: String, _ commands: [String]) {
      lines.append("  " + style.paint(what, .dim))
      lines += commands.map { "    \($0)" }
    }
    if let capture { add("the messages, as files", ["ls \(Self.quoted(capture))"]) }
    if let address {
      if let writeKey {
        add(
          "an order comes in, and what follows from it\(writeKey.remark)",
          [curl(address, writeKey), command(["explain", "zoe"])])
      } else {
        add("events are answered 401: none of write_keys in reprise.yaml is known here", [])
      }
    }
    add(
      "why somebody gets a message or none",
      [command(["explain", customer ?? "CUSTOMER"] + (trigger.map { [$0] } ?? []))])
    if let template {
      add(
        "a template with a customer's data",
        [command(["preview", template, "--customer", customer ?? "CUSTOMER"])])
    }
    if let triggerFile {
      add(
        "a change takes effect: edit the file, look, reload (or kill -HUP \(pid))",
        [
          "${EDITOR:-vi} \(Self.quoted(triggerFile))",
          ([program, "check", "--files-only", "--config", configuration].map(Self.quoted)).joined(
            separator: " "),
          command(["reload"]),
        ])
    }
    add("how things stand", [command(["status"])])
    lines.append("  " + style.paint("Ctrl-C ends it in order.", .dim))
    return lines.joined(separator: "\n") + "\n\n"
  }

  private func command(_ arguments: [String]) -> String {
    ([program] + arguments + options).map(Self.quoted).joined(separator: " ")
  }

  private func curl(_ address: String, _ key: WriteKeyPlace) -> String {
    let body =
      #"{"batch":[{"type":"identify","userId":"zoe","traits":{"email":"zoe@shop.example","firstName":"Zoe"}},"#
      + #"{"type":"track","userId":"zoe","event":"Order Completed","properties":{"order_id":"zoe-1","total":128,"#
      + #""currency":"\#(currency)","products":[{"sku":"longjing-100","quantity":1,"price":128}]}}]}"#
    return "curl -u \(key.word) -H 'Content-Type: application/json' http://\(address)/v1/batch -d '\(body)'"
  }

  /// A word quoted for a POSIX shell.
  static func quoted(_ word: String) -> String {
    let isPlain =
      !word.isEmpty
      && word.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
          || "-_./:=@%+,".utf8.contains($0)
      }
    if isPlain { return word }
    return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
      + "'"
  }
}
