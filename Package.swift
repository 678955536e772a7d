// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A library target of the house; the tests of `Name` live in `Tests/NameTests`.
func library(_ name: String, _ dependencies: [String] = []) -> Target {
  .target(
    name: name, dependencies: dependencies.map { .byName(name: $0) }, path: "Sources/\(name)",
    swiftSettings: settings)
}

func tests(_ name: String, _ dependencies: [String] = []) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: ([name, "Support"] + dependencies).map { .byName(name: $0) },
    path: "Tests/\(name)Tests", swiftSettings: settings)
}

// The order below is the direction of the dependencies: a target sees only targets above it.
let package = Package(
  name: "reprise",
  products: [.executable(name: "reprise", targets: ["reprise"])],
  targets: [
    .systemLibrary(name: "CLibraries", path: "Sources/CLibraries"),
    library("Platform", ["CLibraries"]),

    library("Domain"),
    library("Templates", ["Domain"]),
    library("Decisioning", ["Domain", "Templates"]),

    library("Configuration", ["Platform", "Domain", "Templates", "Decisioning"]),
    library("Store", ["Platform", "Domain"]),
    // Sees Configuration for the description of its settings: an adapter is one folder, settings included.
    library("Delivery", ["Platform", "Domain", "Templates", "Decisioning", "Configuration"]),
    library("Analytics", ["Domain"]),
    library("Web", ["Platform", "Domain"]),
    library(
      "Service",
      [
        "Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store", "Delivery",
        "Analytics", "Web",
      ]),
    .executableTarget(
      name: "reprise",
      dependencies: [
        "Service", "Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store",
        "Delivery", "Web",
      ],
      path: "Sources/reprise", swiftSettings: settings),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "CLibraries", "Service", "Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store",
        "Delivery", "Web",
      ],
      path: "Sources/Benchmarks", swiftSettings: settings),

    .target(
      name: "Support", dependencies: ["Platform", "Domain"], path: "Tests/Support",
      swiftSettings: settings),
    tests("Platform"),
    tests("Domain"),
    tests("Templates", ["Domain", "Platform"]),
    tests("Decisioning", ["Domain", "Templates"]),
    tests("Configuration", ["Domain", "Decisioning", "Platform", "Templates", "Delivery"]),
    tests("Store", ["Platform", "Domain"]),
    tests("Delivery", ["Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store"]),
    tests("Analytics", ["Domain"]),
    tests("Web", ["Platform", "Domain"]),
    tests(
      "Service",
      ["Platform", "Domain", "Templates", "Decisioning", "Configuration", "Store", "Delivery", "Web"]),
    .testTarget(
      name: "AcceptanceTests", dependencies: ["Support", "Platform", "Domain"],
      path: "Tests/Acceptance", exclude: ["machine.sh", "shop.py"], swiftSettings: settings),
  ]
)
