/// What `--help` says of a verb: `text`, and below it commands as they are typed, without the name of the program.
func explained(_ text: String, examples: [String]) -> String {
  text + "\n\nEXAMPLES:\n" + examples.map { "  persona " + $0 }.joined(separator: "\n")
}
