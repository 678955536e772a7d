import Testing

@testable import Delivery

struct PreheaderTests {
  /// Where the preheader was put, as `|`.
  private func placed(in html: String) -> String {
    let whole = Preheader.insert("P", into: html)
    guard let start = whole.firstRange(of: "<div style=\"display:none"),
      let end = whole.firstRange(of: "&nbsp;</div>")
    else {
      return whole
    }
    return whole[..<start.lowerBound] + "|" + whole[end.upperBound...]
  }

  @Test(arguments: [
    ("<p>a</p>", "|<p>a</p>"), ("a", "|a"), ("", "|"), ("<body>a", "<body>|a"),
    (
      "<!DOCTYPE html>\n<html><head><title>t</title></head><BODY class=\"x>y\" >a</BODY></html>",
      "<!DOCTYPE html>\n<html><head><title>t</title></head><BODY class=\"x>y\" >|a</BODY></html>"
    ),
    ("<!-- <body> --><body>a", "<!-- <body> --><body>|a"),
    ("<!--[if mso]><body><![endif]--><html><body>a", "<!--[if mso]><body><![endif]--><html><body>|a"),
    ("<!--><body>a", "<!--><body>|a"),
    ("<![if it's]><body>a", "<![if it's]><body>|a"), ("<?xml it's?><body>a", "<?xml it's?><body>|a"),
    ("<!--[if !mso]><!--><body><!--<![endif]-->a", "<!--[if !mso]><!--><body>|<!--<![endif]-->a"),
    ("<table><tr><td>a", "|<table><tr><td>a"), ("<html><table><tr><td>a", "<html>|<table><tr><td>a"),
    ("<![CDATA[<body>]]><p>a", "<![CDATA[<body>|]]><p>a"),
    ("<html title='<body>'><body>a", "<html title='<body>'><body>|a"),
    (
      "<head><style>/* <body> */ a > b {}</style><script>\"<body>\"</script></head><body>a",
      "<head><style>/* <body> */ a > b {}</style><script>\"<body>\"</script></head><body>|a"
    ),
    ("<title>1 < 2 <body></title><body>a", "<title>1 < 2 <body></title><body>|a"),
    ("<!DOCTYPE html><meta charset=utf-8><p>a", "<!DOCTYPE html><meta charset=utf-8>|<p>a"),
    ("<p>a <body> b", "|<p>a <body> b"), ("<bodyguard>a", "|<bodyguard>a"),
    ("<!-- never closed <body>a", "|<!-- never closed <body>a"),
    ("<style>never closed <body>a", "|<style>never closed <body>a"),
    ("<body class=\"never closed>a", "|<body class=\"never closed>a"),
    ("<html></head></p><body>a", "<html></head></p><body>|a"),
    ("< body>a", "|< body>a"),
  ])
  func `the preheader stands where the body begins`(html: String, expected: String) {
    #expect(placed(in: html) == expected)
  }
}
