package import Files
internal import LinearAlgebra
internal import PersonaSpace

/// The result of `body`; a fault it throws is placed in the file `path`.
public func located<Result>(_ path: String, place: String? = nil, _ body: () throws -> Result) throws -> Result {
  do { return try body() } catch { throw placed(error, in: path, place: place) }
}

/// `error` as one of the file at `path`, if it says what is wrong with its contents; else as it is.
public func placed(_ error: any Error, in path: String, place: String? = nil) -> any Error {
  switch error {
  case let fault as any FileFault: return FileError(path: path, place: place, fault: fault)
  case let fault as SpaceFault:
    return FileError(path: path, place: place, fault: FitFault(explanation: fault.description))
  case let fault as LinearAlgebraError:
    let category: FaultCategory = fault.isLackOfMemory ? .readWrite : .data
    return FileError(path: path, place: place, fault: FitFault(explanation: fault.description, category: category))
  default: return error
  }
}

/// A fault of the mathematics, placed in a file.
package struct FitFault: FileFault {
  package let explanation: String
  package var category = FaultCategory.data
}
