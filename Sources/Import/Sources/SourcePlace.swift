/// Where the files of a source come from.
package enum SourcePlace: Equatable, Sendable {
  /// A folder on this machine.
  case folder(String, FilePattern)

  /// The folder's path.
  package var description: String {
    switch self {
    case .folder(let path, _): path
    }
  }
}
