public import Files
internal import LinearAlgebra
internal import TensorFiles

/// A capping configuration as published (`capping_config.pt`): vectors by name, each of a layer, and experiments, each a list of
/// interventions that put a ceiling on the projection on one of them: h′ = h − u · max(h · u − c, 0), u the vector at unit length.
///
/// A floor τ on an axis v is the ceiling −τ on −v: `Intervention` has it as the floor.
public struct CappingConfiguration: Sendable, Equatable {
  /// One intervention.
  public struct Intervention: Sendable, Equatable {
    /// The name of its vector.
    public let vector: String
    /// The layer: after this block.
    public let layer: Int
    /// −u: the unit direction on which it puts a floor; shape (d).
    public let direction: [Double]
    /// The length of the vector in the file.
    public let length: Double
    /// −c: the floor on the projection on `direction`.
    public let floor: Double
    /// Whether the file holds `direction` with the floor, rather than the negated one with a ceiling.
    public let isFloor: Bool

    /// A floor on the projection on `direction`, of unit length, behind block `layer`.
    package init(vector: String, layer: Int, direction: [Double], length: Double, floor: Double, isFloor: Bool) {
      (self.vector, self.layer, self.direction) = (vector, layer, direction)
      (self.length, self.floor, self.isFloor) = (length, floor, isFloor)
    }
  }

  /// The experiment's name.
  public let experiment: String
  /// Its interventions, by layer.
  public let interventions: [Intervention]

  /// The experiment of these.
  package init(experiment: String, interventions: [Intervention]) {
    (self.experiment, self.interventions) = (experiment, interventions)
  }

  /// Reads the experiment `name` of the file at `path`, or its only one; or the one cap of a `cap-json` file.
  ///
  /// - Throws: `FileError` if there is no such experiment, or several and no name, or an intervention has no cap, no vector of a layer,
  ///   or one that is not finite or has no length.
  public init(readingFrom path: String, experiment name: String?) throws {
    var start = try PieceReader(path: path)
    if try start.peek() == UInt8(ascii: "{") {
      try self.init(capFile: path, name: name)
    } else {
      try self.init(archive: path, experiment: name)
    }
  }

  /// Reads a `capping_config.pt`.
  private init(archive path: String, experiment name: String?) throws {
    let file = try TensorFile(path: path)
    let values = Dictionary(file.metadata.map { ($0.key, $0.value) }) { first, _ in first }
    let keys = file.metadata.map(\.key) + file.tensors.map(\.name)
    let count = Self.count(under: "experiments.", keys)
    guard count > 0 else { throw FileError(path: path, fault: CappingFault.noExperiments) }
    let names = try (0..<count).map { index in
      guard let name = values["experiments.\(index).id"] else {
        throw FileError(path: path, place: "experiment \(index)", fault: CappingFault.noName)
      }
      return name
    }
    if let name = names.first(where: { name in names.count { $0 == name } > 1 }) {
      throw FileError(path: path, fault: CappingFault.sameName(name))
    }
    guard let place = name.map({ names.firstIndex(of: $0) }) ?? (names.count == 1 ? 0 : nil) else {
      throw FileError(path: path, fault: CappingFault.experiment(name, present: names))
    }
    let list = "experiments.\(place).interventions."
    let found = try (0..<Self.count(under: list, keys)).map { index in
      let at = "intervention \(index) of '\(names[place])'"
      guard let vector = values["\(list)\(index).vector"] else {
        throw FileError(path: path, place: at, fault: CappingFault.noVectorNamed)
      }
      guard let cap = values["\(list)\(index).cap"].flatMap(Double.init), cap.isFinite else {
        let isTensor = file.tensors.contains { $0.name == "\(list)\(index).cap" }
        throw FileError(path: path, place: at, fault: CappingFault.noCap(vector, isTensor: isTensor))
      }
      guard let layer = values["vectors.\(vector).layer"].flatMap(Int.init),
        let tensor = file.tensors.first(where: { $0.name == "vectors.\(vector).vector" })
      else { throw FileError(path: path, place: at, fault: CappingFault.noVector(vector)) }
      let elements = try file.read(tensor)
      let length = euclideanNorm(elements)
      guard length > 0, length.isFinite else {
        throw FileError(path: path, place: "vector '\(vector)'", fault: CappingFault.noLength(length))
      }
      return Intervention(
        vector: vector, layer: layer, direction: elements.map { -$0 / length }, length: length, floor: -cap,
        isFloor: false)
    }
    guard !found.isEmpty else { throw FileError(path: path, fault: CappingFault.noInterventions(names[place])) }
    if let layer = Set(found.map(\.layer)).first(where: { layer in found.count { $0.layer == layer } > 1 }) {
      throw FileError(path: path, fault: CappingFault.twice(layer: layer, names[place]))
    }
    (experiment, interventions) = (names[place], found.sorted { $0.layer < $1.layer })
  }

  /// The length of the list whose entries have keys that begin with `prefix` and their number.
  private static func count(under prefix: String, _ keys: [String]) -> Int {
    let numbers = keys.filter { $0.hasPrefix(prefix) }.compactMap {
      Int($0.dropFirst(prefix.count).prefix { $0 != "." })
    }
    return (numbers.max() ?? -1) + 1
  }
}

/// Why a file is no capping configuration, or not one that fits.
public enum CappingFault: FileFault, Equatable {
  case noExperiments
  case experiment(String?, present: [String])
  case noInterventions(String)
  case noCap(String, isTensor: Bool)
  case noVectorNamed
  case noName
  case sameName(String)
  case noVector(String)
  case noLength(Double)
  case twice(layer: Int, String)
  /// The space has no such layer, or other dimensions.
  case noLayer(Int, present: [Int])
  case dimensions(Int, space: Int)
  /// What a manifest says of a cap is not such as the dump script writes it.
  case record
  /// A JSON file of another format.
  case format(String)
  /// Layers of a `cap-json` file have vectors of other lengths than it says.
  case lengths(layer: Int, found: Int, said: Int)
  /// A layer of a `cap-json` file has no floor.
  case noMin
  /// A `cap-json` file has a ceiling on the axis.
  case ceiling(layer: Int)

  /// The fault in words.
  public var explanation: String {
    switch self {
    case .noExperiments:
      "no experiments in it: a capping_config.pt, or a cap-json of persona export, is wanted; the first is {\"vectors\": {name: {\"vector\": (d,), \"layer\": int}}, \"experiments\": [{\"id\", \"interventions\": [{\"vector\", \"cap\"}]}]}"
    case .experiment(let name, let names):
      (name.map { "no experiment '\($0)'; " } ?? "several experiments; ")
        + "say which with --experiment: \(listed(names, most: 12))"
        + (name.flatMap { closestName(to: $0, among: names) }.map { "; is '\($0)' meant?" } ?? "")
    case .noInterventions(let name): "the experiment '\(name)' has no interventions"
    case .noVectorNamed: "it names no 'vector'"
    case .noName: "it has no 'id'; give each experiment one"
    case .sameName(let name): "two experiments are called '\(name)'; rename one of them"
    case .noCap(let vector, true):
      "its 'cap' is a tensor (vector '\(vector)'); write it as a number, with float(cap)"
    case .noCap(let vector, false):
      "it has no number 'cap' (vector '\(vector)'), so nothing says where it caps; choose another with --experiment"
    case .noVector(let name): "there is no vector '\(name)' with a 'vector' and a 'layer' among its vectors"
    case .noLength(let length): "its length is \(length): it has no direction"
    case .twice(let layer, let name): "'\(name)' has two interventions at layer \(layer); one a layer is read"
    case .noLayer(let layer, let present):
      "it caps layer \(layer), which the space and the turns do not both have: \(layerList(present))"
    case .record: "as many 'tau' as 'layers' are wanted, and one at least"
    case .format(let name):
      "its format is '\(name)'; '\(CapFile.known)' is read, which persona export --to cap-json writes"
    case .lengths(let layer, let found, let said):
      "the vector of layer \(layer) has \(found) dimensions, its hidden_size is \(said)"
    case .noMin: "it has no number 'min', so nothing says where it caps"
    case .ceiling(let layer):
      "layer \(layer) has a 'max'; a floor 'min' is read, so negate the vector and give -max as its min"
    case .dimensions(let count, let space): "its vectors have \(count) dimensions, the space has \(space)"
    }
  }
}
