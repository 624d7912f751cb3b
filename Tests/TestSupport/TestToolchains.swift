import Foundation

/// The environment in which programs under test look for compilers and interpreters.
public enum TestToolchains {
    /// Variables that compilers need wherever `HOME` is: crates for Rust, and one cache for all Go functions of the tests.
    public static let variables: [String: String] = {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hks-go-\(getuid())")
        return OfflineCrates.environment.merging(["GOCACHE": folder.path]) { $1 }
    }()

    /// This process's own, with crates for Rust and, where there is no real one, a stand-in for the .NET SDK on the
    /// search path.
    public static let environment: [String: String] = {
        var environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        let searchPath = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        environment["PATH"] = searchPath
        guard !hasProgram("dotnet", searchPath), let folder = try? dotnetFolder(environment) else { return environment }
        environment["PATH"] = searchPath + ":" + folder
        return environment
    }()

    /// The `PATH` of that environment.
    public static var searchPath: String { environment["PATH"] ?? "" }

    private static func hasProgram(_ name: String, _ searchPath: String) -> Bool {
        searchPath.split(separator: ":").contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(name)") }
    }

    /// A folder with a program `dotnet` (see Tests/Support/dotnet); nil where it was not installed.
    ///
    /// It knows where things are by itself, because instances of functions have a home of their own.
    private static func dotnetFolder(_ environment: [String: String]) throws -> String? {
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        let installed = cache + "/hks-func-tests/dotnet"
        guard FileManager.default.fileExists(atPath: installed) else { return nil }
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        let runner = URL(fileURLWithPath: Bundle.main.executablePath ?? CommandLine.arguments[0])
        let folder = runner.deletingLastPathComponent().appendingPathComponent("test-tools")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let script = "#!/bin/sh\nexec '\(tests)/Support/dotnet/dotnet.sh' '\(installed)' \"$@\"\n"
        let program = folder.appendingPathComponent("dotnet")
        // Other test processes may be using it right now.
        if (try? String(contentsOf: program, encoding: .utf8)) != script {
            try Data(script.utf8).write(to: program, options: .atomic)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path)
        return folder.path
    }
}
