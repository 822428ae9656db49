internal import Files
internal import TensorFiles

/// Why a file cannot be converted.
enum ConvertFault: FileFault, Equatable {
  case noTensors
  case format
  case name
  case noDirection
  case unknownLayer

  var explanation: String {
    switch self {
    case .noTensors: "the file holds no tensor"
    case .name: "the name is taken, or reserved by the safetensors format; pick one tensor with --tensor NAME"
    case .noDirection: "no row is of a layer from 1 on, which a control vector has; --row-layers says which they are"
    case .unknownLayer: "one vector, which could be of any layer; say of which with --row-layers LAYER"
    case .format: "the output's ending says the format: \(TensorFormat.endings(of: TensorFormat.written)) is wanted"
    }
  }

  var category: FaultCategory { self == .format ? .cannotCreate : .data }
}
