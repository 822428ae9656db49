internal import Files
internal import TensorFiles

/// Why a file cannot be converted.
enum ConvertFault: FileFault, Equatable {
  case noTensors
  case format
  case name
  case noDirection

  var explanation: String {
    switch self {
    case .noTensors: "the file holds no tensor"
    case .name: "the name is taken, or reserved by the safetensors format; pick one tensor with --tensor NAME"
    case .noDirection: "no row is of a layer from 1 on, which a control vector has; --row-layers says which they are"
    case .format: "the output's ending says the format: \(TensorFormat.endings(of: TensorFormat.written)) is wanted"
    }
  }

  var category: FaultCategory { self == .format ? .cannotCreate : .data }
}
