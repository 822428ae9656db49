internal import Dumps
internal import Files
internal import TensorFiles

/// What reading verbs say of files and dumps, for who only looks.
extension InspectRun {
  /// What `file` is, where reading verbs would not take it for vectors or turns as it stands.
  static func notes(of file: TensorFile) -> [String] {
    let weights = ModelWeights.names(in: file)
    if !weights.isEmpty { return [DumpFault.modelWeights(weights).explanation] }
    let named = file.tensors.first {
      ["turns", "tokens", "user_turns", "user_tokens"].contains($0.name) && !$0.elementType.isFloatingPoint
    }
    if let named { return [DumpFault.wholeNumbers(named.elementType.rawValue, shape: named.shape).explanation] }
    if !file.tensors.isEmpty, file.tensors.allSatisfy({ !$0.elementType.isFloatingPoint }) {
      return [
        DumpFault.noActivations(found: file.tensors.prefix(8).map { "\($0.elementType) \($0.shape)" }).explanation
      ]
    }
    if let records = RecordList(file) { return [DumpFault(records, at: file.path).explanation] }
    if let fault = requestFault(file) { return [fault.explanation] }
    // A matrix a layer; vectors (d) a layer are a role's, and matrices under bare numbers may be a turn each.
    if let several = ForeignTurns(file, isOneVector: { $0.count <= 1 }) {
      let areMatrices = several.namesLayers && several.tensors[0].shape.count >= 2
      if several.isOfTransformers || areMatrices, let fault = several.fault(file.path, format: file.format) {
        return [fault.explanation]
      }
    }
    let floats = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    if let keys = LayerKeys(floats, acceptingBare: false), let layers = keys.layers {
      return ["its keys name \(layerList(layers)), which are the layers of one vector (layers, d)"]
    }
    return keyedRoles(floats)
  }

  private static func keyedRoles(_ tensors: [TensorEntry]) -> [String] {
    do {
      guard let roles = try LayerKeys.roles(tensors), let layers = roles.first?.keys.layers else { return [] }
      return ["its keys name \(layerList(layers)) of \(roles.count) roles"]
    } catch {
      return [(error as? any FileFault)?.explanation ?? ""]
    }
  }

  /// What is to be said of how the axes of tensors would be taken.
  ///
  /// - Parameters:
  ///   - manifest: what is said of them.
  ///   - stacks: the parts that are stacks of roles, of which more is known.
  static func notes(
    onShapes groups: [Inspection.Group], _ manifest: Manifest = Manifest(), except stacks: Set<String> = []
  ) -> [String] {
    var notes: [String] = []
    for group in groups where group.layers != nil || group.shape.last.map({ $0 < 16 }) ?? false {
      if stacks.contains(group.part) { continue }
      guard group.type.hasPrefix("float") || group.type.hasPrefix("bfloat"), group.shape.count >= 2 else { continue }
      let (rows, columns) = (group.shape[group.shape.count - 2], group.shape[group.shape.count - 1])
      let name = [group.part, group.name ?? ""].joined()
      let place = name.isEmpty ? "" : "\(name): "
      if rows > columns, manifest.hiddenSize != rows {
        notes.append(
          "\(place)shape \(group.shape) has more rows (\(rows)) than dimensions (\(columns)): is it (d, layers), or are the rows tokens? "
            + "(docs/your-own-arrays.md)")
      } else if isSquare(group), !manifest.isComplete {
        notes.append(
          "\(place)shape \(shown(group)) is taken as (turns, layers, d), and could be (layers, turns, d) as well"
            + (group.rows == nil ? " (or, if it is a stack of roles, as (roles, layers, d))" : "")
            + ": the space decides, or --axes")
      }
    }
    return notes
  }

  private static func isSquare(_ group: Inspection.Group) -> Bool {
    if let rows = group.rows {
      return group.shape.count == 2 && group.name == "turns" && rows == [group.shape[0], group.shape[0]]
    }
    return group.shape.count == 3 && group.shape[0] == group.shape[1] && group.shape[0] > 1
  }

  private static func shown(_ group: Inspection.Group) -> String {
    "\((group.rows.map { [$0[0]] } ?? []) + group.shape)"
  }

  /// What `fit` says of how it takes the vectors of the dump `path`, and why it would refuse them.
  ///
  /// - Returns: also the names of what is among the roles and is none.
  static func vectors(of path: String) -> (notes: [String], leftOut: Set<String>) {
    do {
      let expected = ExpectedShape(try Manifest.read(inFolder: path))
      let set = try RoleVectorSet(
        try RoleSources(at: path, assistantName: "default", expecting: expected), expecting: expected)
      return (set.notes, set.leftOut)
    } catch let error as FileError {
      return (["persona fit would say: \(error.description)"], [])
    } catch {
      return ([], [])
    }
  }

  /// What `vectors` and `fit` say of the responses of the dump `path`, and why they would refuse them.
  static func notes(onResponsesOf path: String) -> [String] {
    do {
      let sources = try ResponseSources(at: path, assistantName: "default", filter: ResponseFilter())
      let notes = FileNotes()
      for (index, source) in sources.all.enumerated() {
        let file = try ResponseFile(source)
        if let note = file.labelNote { notes.add(note, of: source.path) }
        if index == 0, let note = file.shapeNote { notes.add(note, of: source.path) }
      }
      return notes.notes + sources.notes
    } catch let error as FileError {
      return ["persona vectors would say: \(error.description)"]
    } catch {
      return []
    }
  }

  /// What `fit` says of how it takes the stack of roles in `file`; nil of a file of something else, which a list of names tells from turns.
  static func stack(in file: TensorFile) -> [String]? {
    let stacks = file.tensors.filter { $0.elementType.isFloatingPoint && $0.elementCount > 0 }
    guard stacks.count == 1, stacks[0].shape.count >= 2, namesRoles(of: stacks[0], in: file) else { return nil }
    do {
      let recorded = try RecordedVectors(at: file.path)
      let sources = try RoleSources(
        at: file.path, assistantName: "default", recorded: recorded, expecting: ExpectedShape(recorded.manifest))
      return sources.notes
    } catch let error as FileError {
      return ["persona fit would say: \(error.description)"]
    } catch {
      return []
    }
  }

  /// What the files in `folders` are that are of formats of other programs; nothing of those that are of none.
  static func errors(ofUnread folders: [String]) -> [FileError] {
    folders.filter { fileKind($0) == .folder }.flatMap { folder in
      ((try? unreadFiles(in: folder)) ?? []).compactMap { name -> FileError? in
        let path = "\(folder)/\(name)"
        do {
          try refuseZarr(path)
          guard fileKind(path) == .file else { return nil }
          _ = try TensorFile(path: path)
          return nil
        } catch let error as FileError {
          return error.fault is DumpFault || (error.fault as? TensorFault)?.isForeign ?? false ? error : nil
        } catch {
          return nil
        }
      }
    }
  }
}
