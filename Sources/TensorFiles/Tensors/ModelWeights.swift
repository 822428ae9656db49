/// Whether a file holds the weights of a model, which are no activations.
package enum ModelWeights {
  /// What to do with them.
  package static let advice =
    "activations are made of a model by scripts/python scripts/dump_activations.py FOLDER -o DUMP --transcripts TRANSCRIPTS (see docs/dumping.md)"

  /// The same of a packed one.
  static let packedAdvice =
    "activations are made of it by scripts/python scripts/dump_activations.py FOLDER --gguf FILE -o DUMP --transcripts TRANSCRIPTS (see docs/dumping.md)"

  /// Parts of the names of weights in the checkpoints of transformers, of GPT-2 and of GGUF.
  private static let parts = [
    "embed_tokens.weight", "lm_head.weight", "q_proj.weight", "k_proj.weight", "up_proj.weight", "wte.weight",
    "c_attn.weight", "query_key_value.weight", "token_embd.weight", "attn_q.weight", "ffn_up.weight", "attn_qkv.weight",
    "lora_A.weight", "lora_B.weight", "lora_A.default.weight",
  ]

  /// Some of the tensors of `file` that say so; none of another file.
  package static func names(in file: TensorFile) -> [String] {
    names(among: file.tensors.map(\.name))
  }

  /// Those of `names` that are weights' names.
  package static func names(among names: [String]) -> [String] {
    Array(names.lazy.filter { name in parts.contains { name.hasSuffix($0) } }.prefix(3))
  }
}
