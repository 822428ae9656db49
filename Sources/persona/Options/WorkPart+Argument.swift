public import Analyses
public import ArgumentParser

extension WorkPart: ExpressibleByArgument {
  /// Reads `2/8`.
  public init?(argument: String) { self.init(argument) }
}

#if MPI
  extension ProcessGroup {
    /// Begins, where the process is one of a job that was not asked for a part.
    ///
    /// - Throws: `ValidationError` if it was.
    static func begin(part: WorkPart?) throws -> ProcessGroup? {
      guard let group = try begin() else { return nil }
      guard part != nil else { return group }
      // The first says it, which ends the job.
      if group.rank > 0 { try group.awaitFirst() }
      throw ValidationError("--part: the processes of an MPI job divide the work by themselves; leave it out")
    }
  }
#endif
