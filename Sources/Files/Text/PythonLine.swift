/// What to type in a shell to run `code`, a line of Python without double quotes.
package func pythonLine(_ code: String) -> String { "python3 -c \"\(code)\"" }

/// The path as it may stand between single quotes in such a line; `FILE` where it has characters that a shell or Python would take
/// for something else.
package func pythonPath(_ path: String) -> String {
  path.unicodeScalars.allSatisfy { $0.value >= 0x20 && !"'\"\\$`!".unicodeScalars.contains($0) } ? path : "FILE"
}
