import Foundation
import FuncKit

/// Builds Python functions: dependencies beside the app, everything compiled ahead for a short cold start.
struct PythonRecipe: BuildRecipe {
    let family = "python"
    let version = 2

    func build(_ context: BuildContext) async throws {
        try await installRequirements(context)
        try await compile(context)
    }

    func launch(folder: String, toolchain: ResolvedToolchain) -> BundleLaunch {
        // A bundle is immutable, and what can be compiled has been.
        var environment = ["PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"]
        let dependencies = folder + "/deps"
        if FileManager.default.fileExists(atPath: dependencies) { environment["PYTHONPATH"] = dependencies }
        return BundleLaunch(
            command: [toolchain.executable, folder + "/host/main.py"],
            environment: environment,
            listensOnUnixSocket: true
        )
    }

    private func installRequirements(_ context: BuildContext) async throws {
        guard let requirements = try await PythonRequirements.read(context) else { return }
        let cache = BuildCache(folder: context.cacheFolder)
        let toolchain = context.toolchain
        let identity = [toolchain.executable, toolchain.version, requirements.text].joined(separator: "\0")
        let key = "python/" + Digest.sha256(Data(identity.utf8))
        if requirements.isSelfContained, try await cache.restore(key, to: context.dependencies) {
            context.note(.info, "dependencies of \(requirements.source) are taken from the cache")
            return
        }
        context.note(.info, "installing the dependencies of \(requirements.source)")
        try await PythonInstaller(context: context).install(requirements, into: context.dependencies)
        // All of them may be for other systems.
        guard requirements.isSelfContained, FileManager.default.fileExists(atPath: context.dependencies) else { return }
        try await cache.store(context.dependencies, as: key)
    }

    private func compile(_ context: BuildContext) async throws {
        // Folders that cannot be packages hold other people's files: hidden ones, environments, modules of Node.js.
        let skipped = #"(^|/)(\.[^/]+|venv|site-packages|node_modules)/"#
        let arguments = [
            "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-x", skipped, "app", "host",
        ]
        let outcome = try await context.run("compileall", context.toolchain.executable, arguments, in: context.folder)
        guard !outcome.exit.isSuccess else { return }
        let message = Self.syntaxError(in: outcome.output) ?? "the files of the function could not be compiled"
        throw FuncError(.buildFailed, message, details: outcome.lastLines)
    }

    /// The first syntax error that `compileall` printed.
    ///
    /// Below `*** Error compiling 'app/main.py'...` it shows the place and `SyntaxError: '(' was never closed`; of the other
    /// kinds only `Sorry: IndentationError: unexpected indent (main.py, line 3)`.
    static func syntaxError(in output: String) -> String? {
        let block = /\*\*\* Error compiling 'app\/(?<file>.+?)'\.\.\.\n(?<text>(?:(?!\*\*\* ).*\n?)*)/
        guard let match = output.firstMatch(of: block) else { return nil }
        let placed = /File ".*", line (?<line>\d+)[\s\S]*?\n\w*Error: (?<reason>.*)/
        if let found = match.text.firstMatch(of: placed) {
            return "syntax error in \(match.file):\(found.line): \(found.reason)"
        }
        guard let found = match.text.firstMatch(of: /Sorry: \w*Error: (?<reason>.*) \(.*, line (?<line>\d+)\)/) else {
            return nil
        }
        return "syntax error in \(match.file):\(found.line): \(found.reason)"
    }
}
