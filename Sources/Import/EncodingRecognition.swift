internal import Domain
internal import Glibc
internal import Platform

/// Detects the encoding of a file, and refuses to guess if two fit:
///
/// 1. A byte order mark decides.
/// 2. Valid UTF-8, including plain ASCII, is UTF-8. If fewer than 2 % of the non-ASCII characters are malformed, it is
///    UTF-8 with faults, which are reported with their rows; unless the whole file is valid GB18030, since two Chinese
///    characters in GB18030 can look like one in UTF-8.
/// 3. UTF-16 without a mark is recognized by its line ends, whose zero bytes are all on the same side, as are those of
///    most other ASCII characters.
/// 4. A file that is valid GB18030 throughout, mostly not valid UTF-8, and mostly Chinese is GB18030: it must have a
///    column with a known Chinese name, or a fifth of its characters must be frequent in names and addresses.
///
/// Any other encoding must be given: nearly all Latin and Korean files, for instance, are valid GB18030 too.
struct EncodingRecognition {
  let path: String
  let descriptor: Int32

  /// The size of the chunks in which the file is read, in bytes.
  private static let head = 1 << 20

  func encoding() throws(ImportError) -> TextEncoding {
    let chunk = try bytes(at: 0)
    if chunk.starts(with: [0x50, 0x4B, 3, 4]) || chunk.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
      throw .workbook(path: path)
    }
    if chunk.starts(with: [0xEF, 0xBB, 0xBF]) { return .utf8 }
    if chunk.starts(with: [0xFF, 0xFE]) { return .utf16LE }
    if chunk.starts(with: [0xFE, 0xFF]) { return .utf16BE }
    if let wide = Self.wide(chunk) { return wide }
    let (good, bad) = try charactersOfUTF8(from: chunk)
    if bad == 0 { return .utf8 }
    if good > bad {
      if bad * 50 < good + bad, try chineseCensus() == nil { return .utf8 }
    } else if try chineseCensus()?.isChinese == true {
      return .gb18030
    }
    throw .unknownEncoding(path: path)
  }

  /// Whether the whole file is valid UTF-8.
  func isUTF8() throws(ImportError) -> Bool { try charactersOfUTF8(from: try bytes(at: 0)).bad == 0 }

  private func bytes(at offset: Int64) throws(ImportError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.head)
    try ImportError.check(reading: path)
    while true {
      let count = pread(descriptor, &bytes, bytes.count, off_t(offset))
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .file(FileError(path, .system(code: errno))) }
      return count == bytes.count ? bytes : Array(bytes[..<count])
    }
  }

  /// UTF-16 without a mark: the line ends, and most other ASCII characters, have their zero byte on the same side.
  /// Chinese characters may have a zero on the other side, as 一 (U+4E00) does.
  private static func wide(_ bytes: [UInt8]) -> TextEncoding? {
    guard bytes.count % 2 == 0 || bytes.count == head, bytes.contains(0) else { return nil }
    // By the byte of a pair that is zero: the first in big-endian files.
    var ascii = [0, 0]
    var ends = [0, 0]
    for place in stride(from: 0, to: bytes.count - 1, by: 2) {
      let (first, second) = (bytes[place], bytes[place + 1])
      guard first == 0 || second == 0 else { continue }
      let (side, letter) = first == 0 ? (0, second) : (1, first)
      switch letter {
      case 0x0A, 0x0D: ends[side] += 1
      case 0x09, 0x20...0x7E: ascii[side] += 1
      // No text has such a character.
      case 0: return nil
      default: break
      }
    }
    let side = ends[0] > ends[1] ? 0 : 1
    guard ends[side] > 0, ends[1 - side] == 0, ascii[side] >= ascii[1 - side], !isUTF8WithZeros(bytes) else {
      return nil
    }
    return side == 0 ? .utf16BE : .utf16LE
  }

  /// Whether these bytes are text in UTF-8 in which few zeros stand by mistake.
  private static func isUTF8WithZeros(_ bytes: [UInt8]) -> Bool {
    let zeros = bytes.count { $0 == 0 }
    return zeros * 10 < bytes.count
      && String(validating: bytes.dropLast(bytes.count == head ? 3 : 0), as: UTF8.self) != nil
  }

  /// Counts the well-formed non-ASCII characters in the whole file, and the bytes that do not begin one.
  ///
  /// - Parameter first: the first chunk of the file.
  private func charactersOfUTF8(from first: [UInt8]) throws(ImportError) -> (good: Int, bad: Int) {
    var (good, bad) = (0, 0)
    var chunk = first
    var offset: Int64 = 0
    while !chunk.isEmpty {
      // A character that may be cut off belongs to the next chunk.
      let end = chunk.count == Self.head ? chunk.count - 3 : chunk.count
      let place = chunk.withUnsafeBufferPointer { bytes in
        var place = 0
        while place < end {
          place = Self.passASCII(bytes, from: place, to: end)
          if place == end { break }
          let length = UTF8Check.length(of: bytes, at: place)
          if length > 0 { good += 1 } else { bad += 1 }
          place += max(length, 1)
        }
        return place
      }
      offset += Int64(place)
      chunk = try bytes(at: offset)
    }
    return (good, bad)
  }

  /// The index of the next non-ASCII byte; `end` if there is none before it.
  private static func passASCII(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> Int {
    let raw = UnsafeRawBufferPointer(bytes)
    var place = start
    while place + 8 <= end,
      raw.loadUnaligned(fromByteOffset: place, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
    {
      place += 8
    }
    while place < end, bytes[place] < 0x80 { place += 1 }
    return place
  }

  /// Counts the characters of the file read as GB18030; `nil` if it is not valid GB18030.
  private func chineseCensus() throws(ImportError) -> ChineseCensus? {
    var census = ChineseCensus()
    do {
      let file = try ConvertedFile(descriptor: descriptor, .gb18030)
      while let bytes = try file.next() {
        if bytes.contains(ConvertedFile.fault) { return nil }
        census.count(String(decoding: bytes, as: UTF8.self))
      }
    } catch {
      throw .file(FileError(path, .system(code: error.code)))
    }
    return census
  }
}

/// Counts the characters of a text that may be Chinese.
private struct ChineseCensus {
  private var beyondASCII = 0
  private var chinese = 0
  private var frequent = 0
  private var header: String?

  mutating func count(_ text: String) {
    if header == nil {
      header = String(text.unicodeScalars.prefix { $0 != "\n" && $0 != "\r" })
    }
    // A sample of a million characters is enough.
    guard chinese < 1_000_000 else { return }
    for scalar in text.unicodeScalars where scalar.value >= 0x80 {
      beyondASCII += 1
      switch scalar.value {
      case 0x4E00...0x9FFF:
        chinese += 1
        if Self.frequentCharacters.contains(scalar) { frequent += 1 }
      case 0x3000...0x303F, 0xFF00...0xFFEF, 0x2010...0x2027, 0xA5: chinese += 1
      default: break
      }
    }
  }

  var isChinese: Bool {
    guard chinese * 10 >= beyondASCII * 9 else { return false }
    return namesAColumn || frequent >= 2 && frequent * 5 >= chinese
  }

  /// Whether the first line has a column with a known Chinese name.
  private var namesAColumn: Bool {
    let cells = (header ?? "").unicodeScalars.split { $0 == "," || $0 == ";" || $0 == "\t" || $0 == "\"" }
      .map { ColumnMapping.key(ColumnMapping.trimmed(String($0))) }
    return ImportKind.allCases.contains { kind in
      kind.fields.contains { field in
        kind.spellings(of: field).contains { name in
          name.utf8.contains { $0 >= 0x80 } && cells.contains { $0 == ColumnMapping.key(name) }
        }
      }
    }
  }

  /// Characters that are frequent in surnames, addresses and orders.
  private static let frequentCharacters = Set(
    """
    王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖\
    邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文省市区县镇乡村路街道巷弄号楼室栋单元座层小大中国上海北京广东西南\
    州天津重庆浙苏安福建河湖山四川云贵陕新深圳杭明伟芳娜敏静丽强磊军洋勇艳杰娟涛超秀霞平刚桂英华玉兰红梅建国志宇浩轩子涵欣怡梓雨泽晨\
    的一是不了在有人我他这个们来到时和地出会可也你对生能而那得着下自年过发后作里用道行所然家种事成多经么去法学如都同现当没动面起看定分还进好部其些主样理心她本前开但因只从想实\
    女男士先生茶包装件套斤克元快递收货付款已待完成交易关闭退订单商品客户会员
    """.unicodeScalars)
}
