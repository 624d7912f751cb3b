import Foundation
import FuncKit
import Synchronization
import TestSupport
import Testing

@testable import FuncPlatform

/// A builder with a data folder of its own, hosts that do nothing, and sources that are plain folders.
struct BuilderFixture {
    let folder: TemporaryFolder
    let configuration: PlatformConfiguration
    let logs: LogStore
    let builder: SourceBuilder
    private let unpacked = Counter()

    /// How often a source was unpacked.
    var unpackedCount: Int { unpacked.count }

    /// Builds with the real interpreter of `family` unless another program is named.
    init(family: String = "python", executable: String? = nil, change: (inout PlatformConfiguration) -> Void = { _ in })
        throws
    {
        folder = try TemporaryFolder("build")
        let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        var configuration = PlatformConfiguration(
            dataFolder: folder.path("data"),
            programVersion: "test",
            hostsFolder: folder.path("hosts"),
            environment: ["PATH": searchPath, "HOME": folder.path]
        )
        change(&configuration)
        self.configuration = configuration
        try folder.write("print('host')\n", to: "hosts/python/main.py")
        try folder.write("", to: "hosts/python/__pycache__/old.pyc")
        try folder.write("", to: "hosts/python/lib/http.py")
        try folder.write("", to: "hosts/nodejs/main.mjs")
        logs = LogStore(configuration: configuration)
        let name = family == "python" ? "/usr/bin/python3" : "node"
        let program = try #require(executable ?? ChildProcessExecutable.find(name, searchPath: searchPath))
        builder = SourceBuilder(configuration: configuration, logs: logs) { [unpacked] source, target in
            unpacked.add()
            try FileManager.default.copyItem(atPath: source, toPath: target)
        } locate: { runtime in
            guard runtime != "cobol" else { return ResolvedToolchain(family: "cobol", executable: "/c", version: "1") }
            let warnings = runtime == "python3.8" ? ["python 3.8 is not installed, using 3.11"] : []
            return ResolvedToolchain(family: family, executable: program, version: "1.2.3", warnings: warnings)
        }
    }

    /// A request for the source in `sources/<name>`; its digest is its name.
    func request(
        _ name: String = "hello",
        version: String = "v1",
        runtime: String = "python3.11",
        handler: String = "main.handler",
        command: [String] = []
    ) -> BuildRequest {
        var settings = FunctionSettings(runtime: runtime, handler: handler)
        settings.buildCommand = command
        return BuildRequest(
            functionID: "f1",
            versionID: version,
            versionNumber: 1,
            sourcePath: folder.path("sources/" + name),
            sourceDigest: name,
            settings: settings
        )
    }

    /// Writes a file of a source.
    func write(_ text: String, to name: String) throws {
        try folder.write(text, to: "sources/hello/" + name)
    }

    /// Makes an executable script and returns its path.
    func script(_ text: String, at name: String) throws -> String {
        let path = try folder.write("#!/bin/sh\n" + text, to: name)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    /// The messages of a build log, which has to be complete.
    func messages(_ version: String = "v1") async throws -> [String] {
        let stream = LogStream.build(functionID: "f1", versionID: version)
        return try await logs.follow(stream, query: LogQuery()).reduce(into: []) { $0.append($1.message) }
    }

    /// Folders of builds that are under way or were left behind.
    func halfBuilt() -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder.path("data/bundles/building"))) ?? []
    }
}

/// Counts from several tasks.
final class Counter: Sendable {
    private let value = Mutex(0)

    var count: Int { value.withLock { $0 } }

    func add() {
        value.withLock { $0 += 1 }
    }
}
