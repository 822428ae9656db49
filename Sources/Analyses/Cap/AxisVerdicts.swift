internal import Dumps
internal import Files

/// What `fit` found of the axes that are capped along: `verdict` of the `layers.csv` beside a space.
enum AxisVerdicts {
  /// What to say of those among `layers` whose axis was not `found`; nil if there is none, or the table is not there.
  static func note(spaceAt path: String, layers: [Int]) -> String? {
    let table = "\(Paths.parent(of: path))/layers.csv"
    guard fileKind(table) == .file, let verdicts = try? read(table) else { return nil }
    let other = layers.filter { layer in verdicts[layer].map { $0 != "found" } ?? false }
    guard !other.isEmpty else { return nil }
    let words = Set(other.compactMap { verdicts[$0] }).sorted().joined(separator: ", ")
    return
      "the axis was not found at \(layerList(other)) (\(words), by the layers.csv beside the space): what a cap along it does to the Assistant is not known"
  }

  private static func read(_ path: String) throws -> [Int: String] {
    var reader = try CSVReader(path: path)
    let (layer, verdict) = (try reader.column("layer"), try reader.column("verdict"))
    var verdicts: [Int: String] = [:]
    while try reader.next() {
      if let number = Int(reader.text(layer)) { verdicts[number] = reader.text(verdict) }
    }
    return verdicts
  }
}
