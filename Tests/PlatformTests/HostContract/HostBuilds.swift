import Foundation
import FuncKit
import TestSupport
import Testing

@testable import FuncPlatform

/// Foundation has a type of that name, too.
typealias BuiltBundle = FuncPlatform.Bundle

/// Functions made ready to start, by the builder that the platform has.
actor HostBuilds {
    private static let shared = HostBuilds()
    private var probes: [HostLanguage: Task<BuiltBundle, any Error>] = [:]

    /// The bundle of a language's probe, built once.
    static func probe(_ language: HostLanguage) async throws -> BuiltBundle {
        try await shared.bundle(language)
    }

    /// How the build of a project of a few files fails.
    static func failure(_ language: HostLanguage, handler: String, files: [String: String]) async throws -> FuncError {
        do {
            _ = try await build(language, handler: handler, files: files)
        } catch let error as FuncError {
            return error
        }
        return FuncError(.internalError, "the build succeeded")
    }

    /// Builds a project of a few files.
    static func build(_ language: HostLanguage, handler: String, files: [String: String]) async throws -> BuiltBundle {
        let folder = try TemporaryFolder("source")
        for (name, text) in files { try folder.write(text, to: "source/\(name)") }
        return try await build(language, handler: handler, source: folder.path("source"), digest: UUID().uuidString)
    }

    /// Lays out a project without building it, as only interpreted languages can be.
    static func stage(_ language: HostLanguage, handler: String, files: [String: String], in folder: String)
        async throws -> BundleLaunch
    {
        try HostFolder(family: language.rawValue, hostsFolder: hostsFolder).copy(to: folder + "/host")
        for (name, text) in files {
            let file = URL(fileURLWithPath: "\(folder)/app/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        let recipe = try #require(SourceBuilder.allRecipes.first { $0.family == language.rawValue })
        let toolchain = try await LocalToolchains(environment: environment).locate(language.rawValue)
        return recipe.launch(folder: folder, toolchain: toolchain)
    }

    /// Where the hosts are: `$HKS_FUNC_SHARE`, else beside the built tests.
    static var hostsFolder: String {
        get throws {
            if let share = ProcessInfo.processInfo.environment["HKS_FUNC_SHARE"] { return share + "/hosts" }
            let runner = try #require(Bundle.main.executablePath)
            let products = URL(fileURLWithPath: runner).deletingLastPathComponent().path
            return products + "/hks-func_Templates.resources/Content/hosts"
        }
    }

    private static let environment = TestToolchains.environment

    /// Holds data folders of all builds until the tests end, for bundles are used until then.
    private let folder = Result { try TemporaryFolder("builds") }

    private func bundle(_ language: HostLanguage) async throws -> BuiltBundle {
        let task =
            probes[language]
            ?? Task {
                let handler = language.family.entry.defaultHandler
                return try await Self.build(language, handler: handler, source: language.probeFolder, digest: "probe")
            }
        probes[language] = task
        return try await task.value
    }

    private static func build(_ language: HostLanguage, handler: String, source: String, digest: String) async throws
        -> BuiltBundle
    {
        let configuration = PlatformConfiguration(
            dataFolder: try shared.folder.get().path(language.rawValue),
            programVersion: "test",
            hostsFolder: try hostsFolder,
            environment: environment
        )
        let toolchains = LocalToolchains(environment: environment)
        let builder = SourceBuilder(configuration: configuration, logs: LogStore(configuration: configuration)) {
            try FileManager.default.copyItem(atPath: $0, toPath: $1)
        } locate: {
            try await toolchains.locate($0)
        }
        return try await builder.build(
            BuildRequest(
                functionID: "probe",
                versionID: UUID().uuidString,
                versionNumber: 1,
                sourcePath: source,
                sourceDigest: digest,
                settings: FunctionSettings(runtime: language.rawValue, handler: handler)
            )
        )
    }
}
