/// An entry of `sources:`: files that the daemon imports on its own.
package struct SourceSettings: Equatable, Sendable {
  package var place: SourcePlace
  package var rhythm: SourceRhythm
  package var options: ImportOptions

  package init(place: SourcePlace, rhythm: SourceRhythm, options: ImportOptions) {
    self.place = place
    self.rhythm = rhythm
    self.options = options
  }
}
