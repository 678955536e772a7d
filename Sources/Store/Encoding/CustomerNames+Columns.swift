internal import Domain
internal import Platform

extension CustomerNames {
  /// `["FIRST", [["ID", AT], ...]]`.
  var stored: String {
    var writer = JSONWriter()
    writer.array { writer in
      writer.value(first)
      writer.array { writer in
        for name in others {
          writer.array { writer in
            writer.value(name.id)
            writer.value(name.at.milliseconds)
          }
        }
      }
    }
    return writer.text
  }

  init(stored json: JSON) {
    self.init(
      first: json[0]?.stringValue ?? "",
      others: (json[1]?.arrayValue ?? []).compactMap { entry in
        guard let id = entry[0]?.stringValue, let at = entry[1]?.integerValue else { return nil }
        return Name(id, at: Instant(milliseconds: at))
      })
  }
}
