public import ArgumentParser
public import Dumps

// A conformance is as public as its two sides, so both modules are imported publicly here.

extension LayerSelection: ExpressibleByArgument {
  /// The selection an argument names.
  public init?(argument: String) { self.init(argument) }

  /// How the default is shown in the help.
  public var defaultValueDescription: String { text }
}

extension AxesOrder: ExpressibleByArgument {
  /// The order an argument names.
  public init?(argument: String) { self.init(argument) }
}
