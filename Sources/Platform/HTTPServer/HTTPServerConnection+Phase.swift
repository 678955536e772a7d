extension HTTPServerConnection {
  enum Phase {
    case head(RequestHeadScanner)
    case body(HTTPRequestHead, maximum: Int)
    /// Reading a small body to its end, so that the peer can read the response.
    case discarding(left: Int, HTTPResponse)
    /// A task computes the response.
    case working
    case answering(closing: Closing?)
    /// The response is sent, and further input is discarded for a moment: closing a socket with unread bytes
    /// would reset the connection and could destroy the response.
    case lingering
    case closed
  }

  /// How to end a connection after a response.
  enum Closing { case atOnce, afterLingering }

  enum Step { case again, read, wait }
}
