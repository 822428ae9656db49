internal import Glibc

/// The names in the folder at `path`, in code-point order, without `.` and `..`.
///
/// - Throws: `FileError` if it is no folder or may not be read.
public func folderContents(_ path: String) throws -> [String] {
  guard let folder = unsafe opendir(path) else {
    throw FileError(path: path, fault: AccessFault.unopened("list the folder", path))
  }
  defer { unsafe closedir(folder) }
  var names: [String] = []
  while let entry = unsafe readdir(folder) {
    let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
      unsafe $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { unsafe String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.unicodeScalars.lexicographicallyPrecedes($1.unicodeScalars) }
}
