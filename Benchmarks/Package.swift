// swift-tools-version: 6.2
import PackageDescription

let package = Package(
  name: "Benchmarks",
  dependencies: [.package(name: "PersonaSpace", path: "..")],
  targets: [
    .executableTarget(
      name: "widening", dependencies: [.product(name: "TensorFiles", package: "PersonaSpace")],
      swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]),
    .executableTarget(
      name: "components",
      dependencies: [
        .product(name: "LinearAlgebra", package: "PersonaSpace"),
        .product(name: "PersonaSpace", package: "PersonaSpace"),
        .product(name: "Statistics", package: "PersonaSpace"),
      ],
      swiftSettings: [.swiftLanguageMode(.v6), .strictMemorySafety()]),
  ]
)
