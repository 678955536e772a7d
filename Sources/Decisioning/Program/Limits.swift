package import Domain

/// Limits across all triggers.
package struct Limits: Sendable, Equatable {
  package var quietHours: QuietHours?
  package var caps: [FrequencyCap]

  package init(quietHours: QuietHours? = nil, caps: [FrequencyCap] = []) {
    self.quietHours = quietHours
    self.caps = caps
  }
}

/// The daily hours in which nothing is sent, in the customer's zone; `from` after `to` spans midnight.
package struct QuietHours: Sendable, Equatable {
  package var from: ClockTime
  /// The opening: the first moment at which messages may be sent again.
  package var to: ClockTime

  package init(from: ClockTime, to: ClockTime) {
    self.from = from
    self.to = to
  }
}

/// At most `limit` marketing messages to one customer in a window.
package struct FrequencyCap: Sendable, Equatable {
  /// `nil` counts all channels together.
  package var channel: ChannelName?
  package var limit: Int
  package var window: Window

  package enum Window: Sendable, Equatable {
    /// The last period of this length.
    case rolling(Duration)
    /// The calendar day in the customer's zone.
    case localDay

    /// The maximum length: a local day has 25 hours when the clock is set back.
    package var reach: Duration {
      switch self {
      case .rolling(let duration): duration
      case .localDay: .hours(25)
      }
    }
  }

  package init(channel: ChannelName?, limit: Int, window: Window) {
    self.channel = channel
    self.limit = limit
    self.window = window
  }
}
