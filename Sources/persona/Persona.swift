internal import Analyses
internal import ArgumentParser
internal import Files
internal import Glibc
internal import LinearAlgebra
internal import TensorFiles

@main
struct Persona: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "persona",
    abstract: "Finds the Assistant axis in dumped activations, and measures drift and capping along it.",
    discussion: """
      A dump folder holds vectors/<role>.pt (or .safetensors, .npy), the default Assistant as default.pt, and, for \
      conversations, turns/<id>.pt with transcripts/<id>.json. `persona analyze DUMP -o OUT` runs the whole way.

      Exit status: 0 done; 1 a check failed (fit --check, cap check, export --verify); 64 usage; 65 bad data; 66 input not found; 73 output cannot \
      be created; 74 read or write error; 141 the output's reader closed it.
      """,
    version: toolVersion,
    subcommands: [
      Analyze.self, Inspect.self, Vectors.self, Fit.self, Components.self, Merge.self, Project.self, Drift.self,
      Cap.self, CapCheck.self,
      Stability.self,
      Predict.self, Compare.self, Plan.self, Report.self, Export.self, Convert.self, Synth.self,
      Columns.self,
    ])

  static func main() async {
    MemoryLimit.watch()
    BLASThreads.endIdleOnes()
    do {
      try MemoryLimit.check()
    } catch {
      Console.complain("persona: error: \(error.explanation)")
      end(ExitStatus(error.category).rawValue)
    }
    Interruption.watch()
    let verbs = configuration.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
    let arguments = CapCheck.typed(Array(CommandLine.arguments.dropFirst()))
    if let advice = ArgumentAdvice(arguments, verbs: verbs + [CapCheck._commandName]) {
      Console.complain("persona: error: \(advice.text)")
      end(ExitStatus.usage.rawValue)
    }
    do {
      var command = try parseAsRoot(arguments)
      let void =
        (command as? any ActivationReader)?.layer.void ?? (command as? Predict)?.void ?? (command as? Plan)?.void
      TensorFile.rawType = void?.elementType
      try await run(&command)
      end(0)
    } catch let error as FileError {
      Console.complain("persona: error: \(error)")
      end(ExitStatus(error.fault.category).rawValue)
    } catch is ClosedStream {
      // As if by the signal, of which a shell shows nothing.
      end(128 + SIGPIPE)
    } catch let code as ExitCode {
      end(code.rawValue)
    } catch let error as LinearAlgebraError {
      // Never 1, which says that a check was evaluated and failed.
      Console.complain("persona: error: \(error)")
      end((error.isLackOfMemory ? ExitStatus.readWrite : .badData).rawValue)
    } catch let fault as any FileFault {
      Console.complain("persona: error: \(fault.explanation)")
      end(ExitStatus(fault.category).rawValue)
    } catch {
      // What the argument parser throws: help, usage.
      exit(withError: error)
    }
  }
}

extension Persona {
  /// Runs `command` over one state of its inputs. An error may come of their being written to meanwhile, which is then what is said.
  private static func run(_ command: inout any ParsableCommand) async throws {
    let states = InputStates()
    var running = command
    try await InputStates.$current.withValue(states) {
      do {
        if var asynchronous = running as? any AsyncParsableCommand {
          try await asynchronous.run()
        } else {
          try running.run()
        }
      } catch let error as FileError {
        try states.checkUnchanged()
        throw error
      }
    }
  }
}

/// Ends the process at once; everything written by then is written.
///
/// At a normal exit OpenBLAS waits for its worker threads, and under a memory limit one may never have come up.
private func end(_ status: Int32) -> Never { _exit(status) }

/// The exit statuses of the interface (those above 63 are of sysexits.h).
enum ExitStatus: Int32 {
  case checkFailed = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case cannotCreate = 73
  case readWrite = 74

  init(_ category: FaultCategory) {
    self =
      switch category {
      case .data: .badData
      case .notFound: .noInput
      case .cannotCreate: .cannotCreate
      case .readWrite: .readWrite
      }
  }
}
