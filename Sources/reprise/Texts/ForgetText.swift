internal import Operations
internal import Platform

/// The answer to `reprise forget` for people.
enum ForgetText {
  static func text(_ answer: ForgetAnswer) -> String {
    var lines = ["\(answer.customer) is forgotten"]
    if !answer.removed.isEmpty {
      let count = answer.removed.count
      lines.append(
        "\(DecimalText.grouped(count)) captured \(count == 1 ? "message was" : "messages were") removed.")
    }
    if !answer.left.isEmpty {
      lines.append(
        "The person may still be in these files. Look through them, and remove the rows or the files:")
      lines += answer.left.map { "  \($0)" }
    }
    return lines.map(VisibleText.line).joined(separator: "\n") + "\n"
  }
}
