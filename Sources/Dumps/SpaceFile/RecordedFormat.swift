/// What the metadata of this toolkit's own files say under `format`.
package enum RecordedFormat {
  /// A space, as `persona fit` writes it.
  package static let space = "persona space 1"
  /// Role vectors averaged of responses, as `persona vectors` writes them.
  package static let vectors = "persona-vectors 1"
}
