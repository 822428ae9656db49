internal import Foundation

/// Runs as a user whom permissions bind, as they do not bind root.
public enum Unprivileged {
  private static let prefix: String? = {
    if getuid() != 0 { return "" }
    // The numbers of nobody and nogroup.
    let prefix = "setpriv --reuid=65534 --regid=65534 --clear-groups"
    let trial = try? PersonaCommand.shell("\(prefix) \"$PERSONA\" --version")
    return trial?.status == 0 ? prefix : nil
  }()

  /// Whether it can be done.
  public static var isPossible: Bool { prefix != nil }

  /// What a skipped test says.
  public static let absence = "needs a user other than root, or setpriv, and the executable where that user may read it"

  /// Runs the shell's `command`, a single one, in which `"$PERSONA"` is the executable.
  public static func shell(_ command: String) throws -> PersonaCommand.Outcome {
    try PersonaCommand.shell("\(prefix ?? "") \(command)")
  }
}
