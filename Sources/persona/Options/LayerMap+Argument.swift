// A conformance is as public as its two sides, so both modules are imported publicly here.
public import ArgumentParser
public import PersonaFiles

extension LayerMap: ExpressibleByArgument {
  /// The map an argument names.
  public init?(argument: String) { self.init(argument) }

  /// How the default is shown in the help.
  public var defaultValueDescription: String { "auto" }
}
