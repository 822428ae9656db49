package import Files
internal import LinearAlgebra
internal import PersonaSpace

/// The result of `body`; a fault it throws is placed in the file `path`.
public func located<Result>(_ path: String, place: String? = nil, _ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let fault as any FileFault {
    throw FileError(path: path, place: place, fault: fault)
  } catch let fault as SpaceFault {
    throw FileError(path: path, place: place, fault: FitFault(explanation: fault.description))
  } catch let fault as LinearAlgebraError {
    let category: FaultCategory = fault.isLackOfMemory ? .readWrite : .data
    throw FileError(path: path, place: place, fault: FitFault(explanation: fault.description, category: category))
  }
}

/// A fault of the mathematics, placed in a file.
package struct FitFault: FileFault {
  package let explanation: String
  package var category = FaultCategory.data
}
