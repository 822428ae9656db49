internal import Files

/// What earlier runs left in the folder that a space is written to: tables of another space.
public enum EarlierOutputs {
  /// The files of an analysis in `folder`, by its `run.json`, which are of its own space; none if there is none.
  public static func ofAnalysis(in folder: String) -> [String] {
    kindNow(of: "\(Paths.trimmed(folder))/run.json") == .file ? AnalyzeRun.outputs : []
  }

  /// What to say of files in `folder` that were made with a space, and not by this run; nil if there are none.
  ///
  /// - Parameters:
  ///   - written: the names of the files that this run wrote.
  ///   - inputs: what it read.
  public static func note(in folder: String, written: [String], inputs: [String]) -> String? {
    let others = Set(AnalyzeRun.outputs + FitRun.responseOutputs).subtracting(written).sorted().filter { name in
      let path = "\(Paths.trimmed(folder))/\(name)"
      return kindNow(of: path) == .file && !inputs.contains { areSameFile($0, path) }
    }
    return others.isEmpty
      ? nil
      : "\(folder) also holds \(listed(others)) of an earlier run: they are not of this space; remove them, or make them again"
  }
}
