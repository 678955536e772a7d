/// The filters available to templates; raw values are their names.
///
/// All of Liquid 5's that make sense outside a theme, plus three of our own: `money`, `json` and `raw`.
enum Filter: String, CaseIterable, Sendable {
  case append, prepend, capitalize, downcase, upcase, escape, h
  case escapeOnce = "escape_once"
  case lstrip, rstrip, strip
  case newlineToBr = "newline_to_br"
  case stripHTML = "strip_html"
  case stripNewlines = "strip_newlines"
  case remove
  case removeFirst = "remove_first"
  case removeLast = "remove_last"
  case replace
  case replaceFirst = "replace_first"
  case replaceLast = "replace_last"
  case slice, split, squish, truncate, truncatewords
  case urlEncode = "url_encode"
  case urlDecode = "url_decode"
  case base64Encode = "base64_encode"
  case base64Decode = "base64_decode"
  case base64URLSafeEncode = "base64_url_safe_encode"
  case base64URLSafeDecode = "base64_url_safe_decode"

  case abs
  case atLeast = "at_least"
  case atMost = "at_most"
  case ceil
  case dividedBy = "divided_by"
  case floor, minus, modulo, plus, round, times

  case compact, concat, find
  case findIndex = "find_index"
  case first, has, join, last, map, reject, reverse, size, sort
  case sortNatural = "sort_natural"
  case sum, uniq, `where`

  case date, `default`, money, json, raw

  /// What a filter reads of its input and each argument; charged before it starts.
  enum Reading {
    /// Constant work for any value: it passes one on, or counts.
    case nothing
    /// The items of a list or object, but not their contents, which the filter must charge itself; all of a text.
    case items
    /// Everything, at any depth.
    case everything
  }

  // No default case: a new filter must say what it reads.
  var reading: Reading {
    switch self {
    case .default, .first, .last: .nothing
    case .compact, .concat, .find, .findIndex, .has, .join, .map, .reject, .reverse, .size, .slice, .sort,
      .sortNatural, .sum, .uniq, .where:
      .items
    case .append, .prepend, .capitalize, .downcase, .upcase, .escape, .h, .escapeOnce, .lstrip, .rstrip,
      .strip, .newlineToBr, .stripHTML, .stripNewlines, .remove, .removeFirst, .removeLast, .replace,
      .replaceFirst, .replaceLast, .split, .squish, .truncate, .truncatewords, .urlEncode, .urlDecode,
      .base64Encode,
      .base64Decode, .base64URLSafeEncode, .base64URLSafeDecode, .abs, .atLeast, .atMost, .ceil, .dividedBy,
      .floor, .minus, .modulo, .plus, .round, .times, .date, .money, .json, .raw:
      .everything
    }
  }

  /// Whether the result is text for any input.
  var makesText: Bool {
    switch self {
    case .append, .prepend, .capitalize, .downcase, .upcase, .escape, .h, .escapeOnce, .lstrip, .rstrip,
      .strip, .newlineToBr, .stripHTML, .stripNewlines, .remove, .removeFirst, .removeLast, .replace,
      .replaceFirst, .replaceLast, .squish, .truncate, .truncatewords, .urlEncode, .urlDecode, .base64Encode,
      .base64Decode, .base64URLSafeEncode, .base64URLSafeDecode, .join, .json, .money:
      true
    default: false
    }
  }

  /// The number of positional arguments.
  var arity: ClosedRange<Int> {
    switch self {
    case .append, .prepend, .remove, .removeFirst, .removeLast, .split, .atLeast, .atMost, .dividedBy, .minus,
      .modulo, .plus, .times, .concat, .map, .date:
      1...1
    case .replace, .replaceFirst, .slice, .where, .reject, .find, .findIndex, .has:
      1...2
    case .replaceLast: 2...2
    case .truncate, .truncatewords: 0...2
    case .round, .compact, .join, .sort, .sortNatural, .sum, .uniq, .default, .money: 0...1
    default: 0...0
    }
  }

  /// `1 argument`, `1 or 2 arguments`: for error texts.
  var arityText: String {
    switch (arity.lowerBound, arity.upperBound) {
    case (0, 0): "no arguments"
    case (1, 1): "1 argument"
    case (let low, let high) where low == high: "\(low) arguments"
    case (0, 1): "at most 1 argument"
    case (0, let high): "at most \(high) arguments"
    case (let low, let high): "\(low) or \(high) arguments"
    }
  }
}

/// Why a filter or an operator cannot process its input.
struct FilterFailure: Error {
  let message: String

  init(_ message: String) { self.message = message }
}
