internal import COpenBLAS

/// The version and build options of the OpenBLAS library in use, as it states them.
public func openBLASVersion() -> String {
  guard let text = unsafe openblas_get_config() else { return "unknown" }
  return unsafe String(cString: text)
}
