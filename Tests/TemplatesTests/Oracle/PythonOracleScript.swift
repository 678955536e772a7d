/// The Python side of `Oracle`.
let pythonOracleScript = #"""
  # Renders templates with python-liquid: JSON on standard input, one line for each template on standard output.
  # A line is "=" and the output, or "!" and the error; "\n" and "\\" stand for line feeds and backslashes.
  import json, sys
  from liquid import DictLoader, Environment, Mode

  request = json.load(sys.stdin)
  environment = Environment(tolerance=Mode.STRICT, strict_filters=True, loader=DictLoader(request["partials"]))
  for text in request["templates"]:
      try:
          line = "=" + environment.from_string(text).render(**request["data"])
      except Exception as error:
          line = "!" + str(error)
      sys.stdout.buffer.write((line.replace("\\", "\\\\").replace("\n", "\\n") + "\n").encode())
  """#
