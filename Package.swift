// swift-tools-version: 6.2
import PackageDescription

let swiftSettings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    // Applies to this package's own targets only, and only while it is the root package.
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "hks-func",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "hks-func", targets: ["hks-func"]),
        .library(name: "FuncKit", targets: ["FuncKit", "FuncPlatform", "Templates"]),
    ],
    dependencies: [
        // The command line: parsing, help, man pages and completion scripts from one definition.
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        // YAML with source marks, which located manifest errors need.
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        // SHA-256 digests of sources and bundles.
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.0.0"),
        // Signed tokens and key sets (RFC 7515, 7517, 7519); brings certificates and ASN.1, which its keys need.
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.0"),
        // FilePath.
        .package(url: "https://github.com/apple/swift-system.git", from: "1.6.0"),
        // The gateway's data path.
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.90.0"),
        // Routes and middleware of the control API. Its default traits pull swift-configuration, which we do not use.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        // SQLite with migrations for the registry.
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        // Structured server logs and the orderly start and stop of long-lived services.
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.8.0"),
    ],
    targets: [
        // libcurl, libarchive and libgit2 are opened on first use instead of linked: linked, they would
        // cost every start the loading of some forty shared libraries.
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "CArchive", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .target(name: "CGit2", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        // Starts a child in its own process group with limits that must be set between fork and exec.
        .target(name: "CProcess"),
        .target(name: "Templates", resources: [.copy("Content")], swiftSettings: swiftSettings),
        .target(
            name: "FuncKit",
            dependencies: [
                "CCurl", "CArchive", "CGit2", "CProcess", "Templates",
                .product(name: "Yams", package: "Yams"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .target(
            name: "FuncPlatform",
            dependencies: [
                "FuncKit", "CProcess", "Templates",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "CryptoExtras", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: swiftSettings
        ),
        .executableTarget(
            name: "hks-func",
            dependencies: [
                "FuncKit", "FuncPlatform", "Templates",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: swiftSettings
        ),
        // Writes docs/runtimes.md; run by `make generate` only.
        .executableTarget(name: "runtimes-page", dependencies: ["FuncKit"], swiftSettings: swiftSettings),
        .target(
            name: "TestSupport",
            dependencies: ["FuncKit", .product(name: "SystemPackage", package: "swift-system")],
            path: "Tests/TestSupport",
            swiftSettings: swiftSettings
        ),
        // The hosted service's stand-in, to try commands on by hand.
        .executableTarget(
            name: "hosted-stand-in",
            dependencies: ["TestSupport"],
            path: "Tests/HostedStandIn",
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "FuncKitTests",
            dependencies: ["FuncKit", "Templates", "TestSupport", .product(name: "Yams", package: "Yams")],
            resources: [.copy("Fixtures")],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "FuncPlatformTests",
            dependencies: [
                "FuncPlatform", "TestSupport",
                .product(name: "GRDB", package: "GRDB.swift"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Crypto", package: "swift-crypto"),
                .product(name: "JWTKit", package: "jwt-kit"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: swiftSettings
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["hks-func", "TestSupport"],
            resources: [.copy("Golden")],
            swiftSettings: swiftSettings
        ),
        .testTarget(name: "CLITests", dependencies: ["hks-func", "TestSupport"], swiftSettings: swiftSettings),
        .testTarget(
            name: "PlatformTests",
            dependencies: ["hks-func", "FuncPlatform", "TestSupport"],
            exclude: ["Fixtures"],
            swiftSettings: swiftSettings
        ),
    ]
)
