/// `text` as a JSON string literal.
package func jsonString(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20:
      result += "\\u00" + hexadecimal([UInt8(scalar.value)])
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
