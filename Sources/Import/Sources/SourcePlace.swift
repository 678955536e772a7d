/// Where the files of a source come from.
package enum SourcePlace: Equatable, Sendable {
  /// A directory of this machine, by its path.
  case folder(String, FilePattern)

  /// As people are told.
  package var description: String {
    switch self {
    case .folder(let path, _): path
    }
  }
}
