/// An entry of `sources:`: files that are imported by themselves.
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
