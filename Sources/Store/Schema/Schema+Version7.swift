extension Schema {
  /// One step of the schema, in independent parts.
  static let version7 = [suppressionSources, timesOfReports, sourceFiles, sentElsewhere].joined(
    separator: "\n")

  /// The origin of a suppression: this program, or the system it was moved from.
  private static let suppressionSources = """
    ALTER TABLE suppressions ADD COLUMN source TEXT NOT NULL DEFAULT 'reprise';
    """

  /// The time as of which shops reported orders and products; NULL if they did not say.
  private static let timesOfReports = """
    ALTER TABLE orders ADD COLUMN told_at {int};
    ALTER TABLE products ADD COLUMN told_at {int};
    """

  /// The files of the shop's sources.
  private static let sourceFiles = """
    -- What was taken of a source, so that it is taken once. Names of files and how they were read; no rows.
    CREATE TABLE source_files (
      source TEXT NOT NULL,
      file TEXT NOT NULL,
      -- By these it is told without reading it whether a file is the one that was taken.
      size {int} NOT NULL,
      modified TEXT NOT NULL,
      etag TEXT,
      -- A digest of how the columns are read.
      reading TEXT NOT NULL,
      -- A digest of the content and how it is read; empty for one that could not be read so far.
      fingerprint TEXT NOT NULL,
      outcome TEXT NOT NULL,
      imported {int} NOT NULL,
      rejected {int} NOT NULL,
      problem TEXT,
      at {int} NOT NULL,
      PRIMARY KEY (source, file)
    ) {clustered};
    """

  /// Messages that another system sent. They count for caps, but are never delivered.
  private static let sentElsewhere = """
    -- That system; NULL for the messages of this program.
    ALTER TABLE messages ADD COLUMN source TEXT;
    """
}
