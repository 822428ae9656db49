internal import Files

/// An object of Python that a pickle would have made, which is not read: what it is, and what makes tensors of it.
struct ForeignObject: FileFault {
  let explanation: String

  private init(_ explanation: String) { self.explanation = explanation }

  /// That which `fault` refused to call, in the file at `path`; nil if it is none of those that are known.
  init?(_ fault: any FileFault, path: String) {
    guard case .global(let module, let name)? = fault as? PickleFault else { return nil }
    let (path, top) = (pythonPath(path), module.prefix { $0 != "." })
    let load = "o = torch.load('\(path)', weights_only=False)"
    let out = Self.output(path)
    let save = "torch.save({'tokens': t, 'turn_offsets': torch.tensor([0, len(t)])}, '\(out)')"
    let refused = "refuses to call \(module).\(name)"
    func trusted(_ what: String, _ code: String) -> String {
      "\(refused): \(what); if you trust the file, this makes tensors of it: \(pythonLine(code))"
    }
    switch top {
    case "transformers" where module.hasPrefix("transformers.generation"):
      self.init(
        trusted(
          "what generate() of transformers returns, not tensors alone",
          "import torch; \(load); h = o.hidden_states; t = torch.stack([torch.cat([s[l][0] for s in h[1:]]) for l in range(1, len(h[0]))], 1); \(save)"
        ))
    case "transformers" where module.contains("output"):
      self.init(
        trusted(
          "an output of a model of transformers, not tensors alone (P is the number of tokens before the turn)",
          "import torch; P = 0; \(load); t = torch.stack([x[0, P:] for x in o.hidden_states[1:]], 1); \(save)"))
    case "torch" where module.hasPrefix("torch.nn.modules"), "transformers" where module.contains("modeling"):
      self.init("\(refused): a whole model, not activations; \(ModelWeights.advice)")
    case "torch" where module.hasPrefix("torch.distributed"):
      self.init(
        trusted(
          "a DTensor, which is spread over devices",
          "import torch, torch.distributed.tensor; f = lambda v: v.to_local() if hasattr(v, 'to_local') else v; \(load); torch.save({k: f(v) for k, v in o.items()} if hasattr(o, 'items') else f(o), '\(out)')"
        ) + "; where it was sharded, save v.full_tensor() on all devices instead")
    case "torch" where name == "_rebuild_wrapper_subclass":
      self.init(
        trusted(
          "a DTensor, which is spread over devices, or a quantised tensor of another library",
          "import torch, torch.distributed.tensor; f = lambda v: v.to_local() if hasattr(v, 'to_local') else v.dequantize() if isinstance(v, torch.Tensor) and type(v) is not torch.Tensor else v; \(load); torch.save({k: f(v) for k, v in o.items()} if hasattr(o, 'items') else f(o), '\(out)')"
        ) + "; where it was sharded, save v.full_tensor() on all devices instead")
    case "torch" where name.contains("sparse"), "torch" where name.contains("qtensor"):
      let method = name.contains("sparse") ? "to_dense" : "dequantize"
      self.init(
        trusted(
          "a \(name.contains("sparse") ? "sparse" : "quantised") tensor",
          "import torch; f = lambda v: v.\(method)() if v.\(name.contains("sparse") ? "is_sparse" : "is_quantized") else v; \(load); torch.save({k: f(v) for k, v in o.items()} if hasattr(o, 'items') else f(o), '\(out)')"
        ))
    case "pandas":
      self.init(trusted("a DataFrame of pandas", Self.dataFrame("torch.load('\(path)', weights_only=False)", path)))
    case "collections" where name == "defaultdict":
      self.init(
        trusted(
          "a defaultdict",
          "import torch; f = lambda v: {k: f(x) for k, x in v.items()} if hasattr(v, 'items') else v; \(load); torch.save(f(o), '\(out)')"
        ))
    default: return nil
    }
  }

  /// A pickle without `torch.save`, which begins with `start`, at `path`.
  static func barePickle(_ start: [UInt8], path: String) -> ForeignObject {
    let path = pythonPath(path)
    let text = String(decoding: start.filter { (0x20..<0x7F).contains($0) }, as: UTF8.self)
    if text.contains("pandas") {
      return ForeignObject(
        "a pickled DataFrame of pandas, which can run code when opened in Python; if you trust it, this makes arrays of it: "
          + pythonLine(dataFrame("pd.read_pickle('\(path)')", path)))
    }
    return ForeignObject(
      "a bare pickle, which can run code when opened in Python; if you trust it, this saves its tensors with torch.save: "
        + pythonLine("import pickle, torch; torch.save(pickle.load(open('\(path)', 'rb')), '\(output(path))')"))
  }

  /// What makes arrays of a DataFrame: one a column, or one of all of many columns of numbers.
  private static func dataFrame(_ read: String, _ path: String) -> String {
    let name = output(path).dropLast(".pt".count)
    return
      "import numpy as np, pandas as pd\(read.hasPrefix("torch") ? ", torch" : ""); f = \(read).reset_index(); w = f.select_dtypes('float'); m = len(w.columns) > 8; d = {str(c): np.array(f[c].tolist()) for c in f if not (m and c in w)}; d.update({'vectors': w.to_numpy()} if m else {}); np.savez('\(name).npz', **d)"
  }

  /// The name of the file to make: never that of the file itself.
  private static func output(_ path: String) -> String {
    let name = Paths.lastComponent(of: path)
    let stem = name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    return "\(stem.isEmpty ? "file" : stem)_plain.pt"
  }
}
