import Platform
import Testing

@Suite struct MeasureTextTests {
  @Test(
    arguments: [
      (.seconds(5400), "1h 30m"), (.seconds(3600), "1h"), (.seconds(90), "1m 30s"),
      (.seconds(266_400), "3d 2h"), (.zero, "0s"),
      (.milliseconds(250), "0.25s"), (.milliseconds(59_900), "59s"), (.seconds(86_401), "1d"),
      (.seconds(-90), "-1m 30s"),
      (.seconds(7), "7s"),
    ] as [(Duration, String)])
  func `a duration has its two largest units`(duration: Duration, text: String) {
    #expect(DurationText.text(duration) == text)
  }

  @Test(
    arguments: [
      (0, "0 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (1536, "1.5 KiB"), (10_240, "10 KiB"),
      (157_286_400, "150 MiB"),
      (1_048_575, "1.0 MiB"), (-2048, "-2.0 KiB"), (.max, "8.0 EiB"),
    ] as [(Int64, String)])
  func `a size has three digits at most`(bytes: Int64, text: String) {
    #expect(ByteSizeText.text(bytes) == text)
  }
}
