package import Platform

extension DecodingContext {
  /// Reports a folder of this machine whose files are taken in, if everybody can put files into it and that is not
  /// allowed by name. A group may: files are often uploaded by one of their own.
  package mutating func refuseIfWorldWritable(_ path: String, at span: YAMLSpan) {
    guard case .everybody? = FileWriters(of: path), !environment.allowed.contains(.worldWritable) else {
      return
    }
    report(
      span,
      "\(FileWriters.everybody.text) can put files into \(Quoting.quoted(path)), the folder of a source",
      hint: "chmod o-w \(path), \(ConfigurationTolerance.worldWritable.hint)")
  }
}
