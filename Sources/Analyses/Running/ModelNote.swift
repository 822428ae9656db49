internal import Dumps
internal import Files

/// What to say where activations are of another model than the space; nil where they are of the same, or one is not known.
///
/// Owners and capitals are passed over: `org/Model` and `model` are one.
func modelNote(_ model: String?, of path: String, space: Space) -> String? {
  guard let model, let own = space.model, name(of: model) != name(of: own) else { return nil }
  return
    "\(path): the activations are of the model '\(model)', the space of '\(own)': their positions mean something only if the two share their residual stream"
}

private func name(of model: String) -> String { Paths.lastComponent(of: model).lowercased() }
