# Swift without its comments and texts, line by line: what scripts/check_imports and scripts/check_sizes look at.

# To be called before the first line of a file.
function begin_code() {
  comments = nested = 0
}

# The code of a line; "" stands for a text with all that is interpolated in it.
function code(line, kept, token, isText) {
  kept = ""
  while (line != "") {
    if (comments > 0) {
      if (!match(line, /\/\*|\*\//)) break
      comments += substr(line, RSTART, 2) == "/*" ? 1 : -1
      line = substr(line, RSTART + 2)
    } else if (nested % 2 == 1) {
      # In a text: odd levels are texts, even ones the code that is interpolated in the text outside it.
      if (!match(line, /["\\]/)) break
      line = substr(line, RSTART)
      if (substr(line, 1, length(ends[nested])) == ends[nested]) {
        line = substr(line, length(ends[nested]) + 1)
        nested--
      } else if (substr(line, 1, length(hashes[nested]) + 2) == "\\" hashes[nested] "(") {
        line = substr(line, length(hashes[nested]) + 3)
        parentheses[++nested] = 1
      } else if (substr(line, 1, 1) == "\\" && hashes[nested] == "") line = substr(line, 3)
      else line = substr(line, 2)
    } else {
      if (!match(line, /\/\/|\/\*|#*"|[()]/)) {
        if (nested == 0) kept = kept line
        break
      }
      if (nested == 0) kept = kept substr(line, 1, RSTART - 1)
      token = substr(line, RSTART, RLENGTH)
      line = substr(line, RSTART + RLENGTH)
      if (token == "//") break
      isText = token ~ /"$/
      if (nested == 0) kept = kept (token == "/*" ? " " : isText ? "\"\"" : token)
      if (token == "/*") comments++
      else if (token == "(") parentheses[nested]++
      else if (token == ")") {
        if (--parentheses[nested] == 0 && nested > 0) nested--
      } else {
        hashes[++nested] = substr(token, 1, length(token) - 1)
        ends[nested] = "\"" hashes[nested]
        if (substr(line, 1, 2) == "\"\"") {
          ends[nested] = "\"\"\"" hashes[nested]
          line = substr(line, 3)
        }
      }
    }
  }
  # A text of one line ends there.
  if (nested % 2 == 1 && ends[nested] !~ /^"""/) nested--
  return kept
}
